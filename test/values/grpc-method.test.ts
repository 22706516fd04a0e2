import { GrpcMethod, Idempotency, Streaming } from '../../src/values/grpc-method';

const charge = (props = {}) => GrpcMethod._of('coffee.v1.Payment', { name: 'Charge', ...props });

test('an RPC of which nothing is said is unary, not repeatable and not deprecated', () => {
  expect(charge()).toMatchObject({
    service: 'coffee.v1.Payment',
    name: 'Charge',
    streaming: Streaming.NONE,
    idempotency: Idempotency.UNKNOWN,
    deprecated: false,
  });
});

test('the path of an RPC is the one of its HTTP/2 request', () => {
  expect(charge().path).toBe('/coffee.v1.Payment/Charge');
});

test.each([
  [Streaming.NONE, false],
  [Streaming.SERVER, true],
  [Streaming.CLIENT, true],
  [Streaming.BIDI, true],
])('whether %s streaming is streaming: %s', (streaming, expected) => {
  expect(charge({ streaming }).isStreaming).toBe(expected);
});

test.each([
  [Idempotency.UNKNOWN, false],
  [Idempotency.IDEMPOTENT, true],
  [Idempotency.NO_SIDE_EFFECTS, true],
])('whether an RPC with idempotency %s may be executed twice: %s', (idempotency, expected) => {
  expect(charge({ idempotency }).isIdempotent).toBe(expected);
});

test('a deprecated RPC is known as such', () => {
  expect(charge({ deprecated: true }).deprecated).toBe(true);
});
