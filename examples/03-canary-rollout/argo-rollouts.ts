import { RolloutController } from 'cdk8s-grpc-mesh';
import { writeRelease } from './release';

writeRelease(RolloutController.ARGO_ROLLOUTS);
