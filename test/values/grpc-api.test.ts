import { GrpcApi } from '../../src/values/grpc-api';
import { Idempotency, Streaming } from '../../src/values/grpc-method';
import { refusal } from '../support/refusal';

const kinds = (api: GrpcApi) =>
  api.methods.map(({ path, streaming, idempotency }) => `${path} ${streaming}, ${idempotency}`);

describe('an API written by hand', () => {
  test('has its RPCs in the order in which they were given', () => {
    const api = GrpcApi.of('coffee.v1.Payment', [
      { name: 'Refund', idempotency: Idempotency.IDEMPOTENT },
      { name: 'Charge' },
      { name: 'Watch', streaming: Streaming.SERVER, deprecated: true },
    ]);
    expect(api.fullName).toBe('coffee.v1.Payment');
    expect(kinds(api)).toEqual([
      '/coffee.v1.Payment/Refund unary, idempotent',
      '/coffee.v1.Payment/Charge unary, unknown',
      '/coffee.v1.Payment/Watch server, unknown',
    ]);
    expect(api.methods.map(({ deprecated }) => deprecated)).toEqual([false, false, true]);
  });

  test.each(['Payment', 'coffee.Payment', 'coffee.v1.Payment', '_a._b', 'A1.b2'])('may be called %s', (name) => {
    expect(GrpcApi.of(name, [{ name: 'Charge' }]).fullName).toBe(name);
  });

  test.each([
    '',
    '.',
    'coffee.v1.',
    '.coffee.v1.Payment',
    '/coffee.v1.Payment',
    'coffee.v1.*',
    'coffee v1',
    '1.a',
    'a-b',
  ])('may not be called %j', (name) => {
    const error = refusal(() => GrpcApi.of(name, [{ name: 'Charge' }]));
    expect(error.code).toBe('InvalidServiceName');
    expect(error.message).toContain(`GrpcApi.of: '${name}' is not the full name of a gRPC service.`);
  });

  test('needs a method', () => {
    const error = refusal(() => GrpcApi.of('coffee.v1.Payment', []));
    expect(error.code).toBe('NoMethods');
    expect(error.message).toContain("GrpcApi.of('coffee.v1.Payment'): the service has no methods.");
  });

  test.each(['', '*', 'Charge*', 'coffee.v1.Payment/Charge', '/Charge', 'a.b', '1st', 'Ch arge'])(
    'has no method called %j',
    (name) => {
      const error = refusal(() => GrpcApi.of('coffee.v1.Payment', [{ name: 'Refund' }, { name }]));
      expect(error.code).toBe('InvalidMethodName');
      expect(error.message).toContain(`GrpcApi.of('coffee.v1.Payment'): '${name}' is not a method name.`);
    },
  );

  test('has no method twice, but may have two that differ in case', () => {
    const error = refusal(() => GrpcApi.of('coffee.v1.Payment', [{ name: 'Charge' }, { name: 'Charge' }]));
    expect(error.code).toBe('InvalidMethodName');
    expect(error.message).toContain("the method 'Charge' is listed twice.");
    expect(GrpcApi.of('coffee.v1.Payment', [{ name: 'Charge' }, { name: 'charge' }]).methods).toHaveLength(2);
  });
});

describe('the known APIs', () => {
  // https://github.com/grpc/grpc-proto/blob/master/grpc/health/v1/health.proto
  test('health is two questions and a stream, all of which only read', () => {
    expect(kinds(GrpcApi.health())).toEqual([
      '/grpc.health.v1.Health/Check unary, no side effects',
      '/grpc.health.v1.Health/List unary, no side effects',
      '/grpc.health.v1.Health/Watch server, no side effects',
    ]);
  });

  // https://github.com/grpc/grpc-proto/blob/master/grpc/reflection/v1/reflection.proto
  test('reflection is one conversation that only reads', () => {
    expect(kinds(GrpcApi.reflection())).toEqual([
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo bidi, no side effects',
    ]);
  });

  test.each([
    ['grpc.health.v1.Health', true],
    ['grpc.reflection.v1.ServerReflection', true],
    ['grpc.reflection.v1alpha.ServerReflection', true],
    ['grpc.healthy.v1.Juice', false],
    ['acme.grpc.health.v1.Health', false],
    ['coffee.v1.Payment', false],
  ])('whether %s is about the server and not what it is for: %s', (name, expected) => {
    expect(GrpcApi.of(name, [{ name: 'Check' }])._isInfrastructure).toBe(expected);
  });
});
