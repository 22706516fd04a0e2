import { RolloutController } from 'cdk8s-grpc-mesh';
import { writeRelease } from './release';

// By hand: the second step.
writeRelease(RolloutController.STATIC, 25);
