import { MeshPort, MeshService, Workload } from '../src';
import { refusal } from './support/refusal';
import { coffeeShop, payment } from './support/shop';

const server = (ports: MeshPort[]) => () =>
  new MeshService(coffeeShop().shop, 'web', { workload: Workload.image('web:1'), ports });
const grpcServer = (...ports: MeshPort[]) => payment(coffeeShop().shop, { ports });

test('RPCs have no second door of TCP: who may use it could call them all', () => {
  const error = refusal(() => grpcServer(MeshPort.tcp(9000, { containerPort: 50051 })));
  expect([error.code, error.message]).toEqual([
    'SharedContainerPort',
    expect.stringContaining("coffee-shop/payment (GrpcService): its ports 'grpc' and 'tcp' both lead to port 50051"),
  ]);
});

test.each([
  ['gRPC', MeshPort.grpc(50052, { name: 'alias', containerPort: 50051 })],
  ['HTTP', MeshPort.http(8080, { containerPort: 50051 })],
])('RPCs have no second door of %s', (_, port) => {
  expect(refusal(() => grpcServer(port)).code).toBe('SharedContainerPort');
});

test('paths have no second door of TCP, whichever was named first', () => {
  const [http, tcp] = [MeshPort.http(80, { containerPort: 8080 }), MeshPort.tcp(8080)];
  expect([refusal(server([http, tcp])).code, refusal(server([tcp, http])).code]).toEqual([
    'SharedContainerPort',
    'SharedContainerPort',
  ]);
});

test('the fix names a port that the container has free', () => {
  const [http, tcp] = [MeshPort.http(80, { containerPort: 8080 }), MeshPort.tcp(8080)];
  expect(refusal(server([http, tcp])).message).toContain('\n    MeshPort.tcp(8080, { containerPort: 8081 })\n');
});

test.each([
  ['two ports of HTTP', MeshPort.http(80, { containerPort: 8080 }), MeshPort.http(8080, { name: 'direct' })],
  ['two ports of TCP', MeshPort.tcp(80, { containerPort: 8080 }), MeshPort.tcp(8080, { name: 'direct' })],
])('%s may lead to one port of the container', (_, ...ports) => {
  expect(server(ports)).not.toThrow();
});

test('RPCs and a port beside them may lead to ports of the container with each other’s number in the Service', () => {
  expect(() => grpcServer(MeshPort.tcp(9000, { containerPort: 50052 }))).not.toThrow();
});
