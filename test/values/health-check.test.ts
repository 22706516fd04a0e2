import { HealthCheck } from '../../src/values/health-check';
import { refusal } from '../support/refusal';

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

test.each(['/', '/healthz', '/healthz?full=1', '/a/../b'])('a GET may ask for %s', (path) => {
  expect(HealthCheck.http(path)._handler(80)).toEqual({ httpGet: { path, port: 80 } });
});

test.each(['', 'healthz', 'http://web/healthz', '/health z'])('a GET may not ask for %j', (path) => {
  const error = refusal(() => HealthCheck.http(path));
  expect([error.code, error.message]).toEqual([
    'InvalidPath',
    expect.stringContaining(`HealthCheck.http: '${path}' is not a path.`),
  ]);
});
