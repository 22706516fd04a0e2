import { Duration } from 'cdk8s';
import fc from 'fast-check';
import { type CallPolicy, DEFAULT_DEADLINE, methodPolicy } from '../../src/values/call-policy';
import { GrpcMethod, Idempotency, Streaming } from '../../src/values/grpc-method';
import { RetryableStatus, RetryPolicy } from '../../src/values/retry-policy';
import { refusal } from '../support/refusal';

const WHERE = 'coffee-shop/payment (GrpcService)';
const NEVER_EXECUTED = ['connect-failure', 'refused-stream', 'reset-before-request'];
const REPEATABLE = ['connect-failure', 'refused-stream', 'reset', 'unavailable', 'cancelled'];

const { NONE, SERVER, CLIENT, BIDI } = Streaming;
const { UNKNOWN, IDEMPOTENT, NO_SIDE_EFFECTS } = Idempotency;

function rpc(streaming: Streaming, idempotency: Idempotency): GrpcMethod {
  return GrpcMethod._of('coffee.v1.Payment', { name: 'Charge', streaming, idempotency });
}

function policyOf(method: GrpcMethod, policy: CallPolicy = {}, deadline: Duration = DEFAULT_DEADLINE) {
  return methodPolicy(method, deadline, policy, WHERE);
}

const unary = rpc(NONE, UNKNOWN);
const idempotent = rpc(NONE, IDEMPOTENT);
const stream = rpc(SERVER, NO_SIDE_EFFECTS);

describe('what the .proto decides', () => {
  test.each([
    [NONE, UNKNOWN, 30_000, NEVER_EXECUTED],
    [NONE, IDEMPOTENT, 30_000, REPEATABLE],
    [NONE, NO_SIDE_EFFECTS, 30_000, REPEATABLE],
    [SERVER, UNKNOWN, undefined, NEVER_EXECUTED],
    [SERVER, IDEMPOTENT, undefined, NEVER_EXECUTED],
    [SERVER, NO_SIDE_EFFECTS, undefined, NEVER_EXECUTED],
    [CLIENT, UNKNOWN, undefined, NEVER_EXECUTED],
    [CLIENT, IDEMPOTENT, undefined, NEVER_EXECUTED],
    [CLIENT, NO_SIDE_EFFECTS, undefined, NEVER_EXECUTED],
    [BIDI, UNKNOWN, undefined, NEVER_EXECUTED],
    [BIDI, IDEMPOTENT, undefined, NEVER_EXECUTED],
    [BIDI, NO_SIDE_EFFECTS, undefined, NEVER_EXECUTED],
  ])(
    'a %s RPC with idempotency %s has a deadline of %s ms and two more tries on %j',
    (streaming, level, millis, on) => {
      const method = rpc(streaming, level);
      const policy = policyOf(method);
      expect(policy.method).toBe(method);
      expect(policy.deadlineMillis).toBe(millis);
      expect(policy.retry.attempts).toBe(2);
      expect(policy.retry._conditions).toEqual(on);
      expect(policy.retry._perTryMillis).toBeUndefined();
      expect(policy.overridden).toBe(false);
    },
  );
});

describe('the deadline', () => {
  test('of the service holds for a unary RPC', () => {
    expect(policyOf(unary, {}, Duration.seconds(5)).deadlineMillis).toBe(5000);
  });

  test('of the service does not hold for a stream', () => {
    expect(policyOf(stream, {}, Duration.seconds(5)).deadlineMillis).toBeUndefined();
  });

  test('of the RPC comes before the one of the service', () => {
    const policy = policyOf(unary, { deadline: Duration.minutes(2) }, Duration.seconds(5));
    expect(policy.deadlineMillis).toBe(120_000);
    expect(policy.overridden).toBe(true);
  });

  test('of a stream is the one that was asked for', () => {
    expect(policyOf(stream, { deadline: Duration.hours(1) }).deadlineMillis).toBe(3_600_000);
  });

  test('that is asked for changes nothing about the retries', () => {
    const policy = policyOf(idempotent, { deadline: Duration.seconds(1) });
    expect(policy.retry._conditions).toEqual(REPEATABLE);
  });

  test.each([0, 0.5, 1.5])('of %s ms is refused, of the RPC and of the service', (millis) => {
    const ofRpc = refusal(() => policyOf(unary, { deadline: Duration.millis(millis) }));
    const ofService = refusal(() => policyOf(unary, {}, Duration.millis(millis)));
    expect([ofRpc.code, ofService.code]).toEqual(['InvalidDuration', 'InvalidDuration']);
    expect(ofRpc.message).toContain(`${WHERE}: the deadline of Charge is ${millis} ms.`);
  });

  test('of 1 ms is taken', () => {
    expect(policyOf(unary, { deadline: Duration.millis(1) }).deadlineMillis).toBe(1);
  });
});

describe('a retry of executed calls', () => {
  const unavailable = RetryPolicy.onStatus([RetryableStatus.UNAVAILABLE]);
  const withReason = RetryPolicy.dangerouslyRepeatExecuted({
    statuses: [RetryableStatus.UNAVAILABLE],
    reason: 'the server drops duplicates by request id',
  });

  test.each([IDEMPOTENT, NO_SIDE_EFFECTS])('is taken for a unary RPC with idempotency %s', (level) => {
    const policy = policyOf(rpc(NONE, level), { retry: unavailable });
    expect(policy.retry).toBe(unavailable);
    expect(policy.overridden).toBe(true);
  });

  test('is refused for a unary RPC of which nothing is known', () => {
    const error = refusal(() => policyOf(unary, { retry: unavailable }));
    expect(error.code).toBe('RetryNotIdempotent');
    expect(error.message).toContain(`${WHERE}: the retry policy of Charge`);
    expect(error.message).toContain('option idempotency_level = IDEMPOTENT;');
  });

  test.each([SERVER, CLIENT, BIDI])('is refused for a %s stream, however idempotent', (streaming) => {
    const error = refusal(() => policyOf(rpc(streaming, NO_SIDE_EFFECTS), { retry: unavailable }));
    expect(error.code).toBe('RetryOnStream');
    expect(error.message).toContain(WHERE);
  });

  test.each([
    ['a unary RPC of which nothing is known', unary],
    ['a stream', stream],
  ])('is taken for %s by its loud name and with a reason', (_, method) => {
    expect(policyOf(method, { retry: withReason }).retry).toBe(withReason);
  });
});

describe('a retry of what no server has seen', () => {
  test.each([
    ['never', RetryPolicy.never()],
    ['unexecuted', RetryPolicy.unexecuted(5)],
  ])('is taken for every RPC: %s', (_, retry) => {
    for (const method of [unary, idempotent, stream]) expect(policyOf(method, { retry }).retry).toBe(retry);
  });
});

describe('a perTryTimeout', () => {
  const tries = (attempts: number, perTryMillis: number) =>
    RetryPolicy.idempotent({ attempts, perTryTimeout: Duration.millis(perTryMillis) });

  test('is taken when all tries together just fit the deadline', () => {
    const policy = policyOf(idempotent, { deadline: Duration.millis(3000), retry: tries(2, 1000) });
    expect(policy.retry._perTryMillis).toBe(1000);
    expect(policy.retry._conditions).toEqual(expect.arrayContaining(['reset', 'deadline-exceeded']));
  });

  test.each([
    ['the try is one millisecond too long', 3000, 2, 1001],
    ['the deadline is one millisecond too short', 2999, 2, 1000],
    ['there is one try too many', 3000, 3, 1000],
  ])('is refused when %s', (_, deadline, attempts, perTry) => {
    const retry = tries(attempts, perTry);
    const error = refusal(() => policyOf(idempotent, { deadline: Duration.millis(deadline), retry }));
    expect(error.code).toBe('PerTryTimeoutTooLong');
    const sum = `${attempts + 1} tries of ${perTry} ms, but a deadline of ${deadline} ms`;
    expect(error.message).toContain(`${WHERE}: Charge has ${sum}.`);
  });

  test('is held against the deadline of the service where the RPC has none', () => {
    expect(refusal(() => policyOf(idempotent, { retry: tries(2, 10_001) })).code).toBe('PerTryTimeoutTooLong');
    expect(policyOf(idempotent, { retry: tries(2, 10_000) }).deadlineMillis).toBe(30_000);
  });

  test('is refused on a stream, even by the loud name', () => {
    const retry = RetryPolicy.dangerouslyRepeatExecuted({
      statuses: [RetryableStatus.UNAVAILABLE],
      perTryTimeout: Duration.seconds(1),
      reason: 'short streams',
    });
    expect(refusal(() => policyOf(stream, { retry })).code).toBe('PerTryTimeoutOnStream');
    expect(policyOf(unary, { retry }).retry._perTryMillis).toBe(1000);
  });

  const cases = {
    attempts: fc.integer({ min: 0, max: 10 }),
    perTry: fc.integer({ min: 1, max: 400 }),
    deadline: fc.integer({ min: 1, max: 3000 }),
  };

  test('is taken exactly when (attempts + 1) tries fit the deadline', () => {
    fc.assert(
      fc.property(fc.record(cases), ({ attempts, perTry, deadline }) => {
        const attempt = () =>
          policyOf(idempotent, { deadline: Duration.millis(deadline), retry: tries(attempts, perTry) });
        if ((attempts + 1) * perTry <= deadline) expect(attempt().deadlineMillis).toBe(deadline);
        else expect(refusal(attempt).code).toBe('PerTryTimeoutTooLong');
      }),
    );
  });

  test('that is refused comes with a line that is taken', () => {
    const tooLong = fc.record(cases).filter(({ attempts, perTry, deadline }) => (attempts + 1) * perTry > deadline);
    fc.assert(
      fc.property(tooLong, ({ attempts, perTry, deadline }) => {
        const policy = (d: number, p: number) =>
          policyOf(idempotent, { deadline: Duration.millis(d), retry: tries(attempts, p) });
        const fix = refusal(() => policy(deadline, perTry)).message.split('\n')[2];
        const [, prop, millis] = /^ {4}(\w+): Duration\.millis\((\d+)\)$/.exec(fix) ?? [];
        const mended = prop === 'deadline' ? policy(Number(millis), perTry) : policy(deadline, Number(millis));
        expect(mended.retry.attempts).toBe(attempts);
      }),
    );
  });
});
