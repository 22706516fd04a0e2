import { App } from 'cdk8s';
import { GrpcService, MeshService, ProtoApi, Workload, ZeroTrustNamespace } from 'cdk8s-grpc-mesh';

const app = new App();
const api = ProtoApi.fromFile('protos/hello/v1/greeter.proto');

const hello = new ZeroTrustNamespace(app, 'hello');

const greeter = new GrpcService(hello, 'greeter', {
  workload: Workload.image('ghcr.io/acme/greeter:1.0.0'),
  apis: [api.service('hello.v1.Greeter')],
});
const visitor = new MeshService(hello, 'visitor', {
  workload: Workload.image('ghcr.io/acme/visitor:1.0.0'),
});

visitor.calls(greeter, ['SayHello'], { addressEnv: 'GREETER_ADDRESS' });

app.synth();
