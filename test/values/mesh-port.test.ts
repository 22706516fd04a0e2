import { MeshPort, PortProtocol } from '../../src/values/mesh-port';
import { refusal } from '../support/refusal';

test.each([
  ['gRPC', MeshPort.grpc(50051), { protocol: PortProtocol.GRPC, port: 50051, containerPort: 50051, name: 'grpc' }],
  ['HTTP', MeshPort.http(80), { protocol: PortProtocol.HTTP, port: 80, containerPort: 80, name: 'http' }],
  ['TCP', MeshPort.tcp(6379), { protocol: PortProtocol.TCP, port: 6379, containerPort: 6379, name: 'tcp' }],
  [
    'HTTP, on another port of the container',
    MeshPort.http(80, { containerPort: 8080 }),
    { protocol: PortProtocol.HTTP, port: 80, containerPort: 8080, name: 'http' },
  ],
  [
    'TCP, with a name of its own',
    MeshPort.tcp(6379, { name: 'redis' }),
    { protocol: PortProtocol.TCP, port: 6379, containerPort: 6379, name: 'tcp-redis' },
  ],
])('a port that speaks %s says so in its name', (_, port, expected) => {
  expect({ ...port }).toEqual(expected);
});

test.each([1, 65535])('%s is a port', (port) => {
  expect(MeshPort.http(port).port).toBe(port);
  expect(MeshPort.http(80, { containerPort: port }).containerPort).toBe(port);
});

test.each([0, -1, 65536, 80.5, Number.NaN])('%s is not a port, neither of the Service nor of the container', (port) => {
  const ofService = refusal(() => MeshPort.http(port));
  expect(ofService.code).toBe('InvalidPort');
  expect(ofService.message).toContain(`MeshPort.http(${port}): ${port} is not a port.`);
  const ofContainer = refusal(() => MeshPort.http(80, { containerPort: port }));
  expect(ofContainer.code).toBe('InvalidPort');
  expect(ofContainer.message).toContain(`MeshPort.http(80): ${port} is not a port.`);
});

test('the line that fixes a gRPC port is the usual gRPC port', () => {
  expect(refusal(() => MeshPort.grpc(0)).message).toContain('    MeshPort.grpc(50051)');
  expect(refusal(() => MeshPort.tcp(0)).message).toContain('    MeshPort.tcp(8080)');
});

test.each(['admin', 'a', '2', 'x'.repeat(58)])('a port may be called %s', (name) => {
  expect(MeshPort.http(80, { name }).name).toBe(`http-${name}`);
});

test.each(['', 'Admin', 'ad_min', 'admin-', 'a.b', 'x'.repeat(59)])('a port may not be called %j', (name) => {
  const error = refusal(() => MeshPort.http(80, { name }));
  expect(error.code).toBe('InvalidName');
  expect(error.message).toContain(`MeshPort.http(80): 'http-${name}' cannot be the name of a port.`);
});

test('a gRPC port may not be called as Istio calls the protocol of browsers', () => {
  expect(refusal(() => MeshPort.grpc(50052, { name: 'web' })).code).toBe('InvalidName');
  expect(refusal(() => MeshPort.grpc(50052, { name: 'web-admin' })).code).toBe('InvalidName');
  expect(MeshPort.grpc(50052, { name: 'admin' }).name).toBe('grpc-admin');
  expect(MeshPort.http(8080, { name: 'web' }).name).toBe('http-web');
});
