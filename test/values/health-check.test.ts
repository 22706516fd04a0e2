import { HealthCheck } from '../../src/values/health-check';

test.each([
  ['the gRPC health service as a whole', HealthCheck.grpc(), { grpc: { port: 50051 } }],
  [
    'the gRPC health of one service',
    HealthCheck.grpc('coffee.v1.Payment'),
    { grpc: { port: 50051, service: 'coffee.v1.Payment' } },
  ],
  ['a GET', HealthCheck.http('/healthz'), { httpGet: { path: '/healthz', port: 50051 } }],
  ['a connection', HealthCheck.tcp(), { tcpSocket: { port: 50051 } }],
])('Kubernetes asks by %s and by nothing else', (_, check, handler) => {
  expect(check._handler(50051)).toStrictEqual(handler);
});
