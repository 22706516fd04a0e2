import { Duration } from 'cdk8s';
import { RetryableStatus, RetryPolicy } from '../../src/values/retry-policy';
import { refusal } from '../support/refusal';

const { CANCELLED, DEADLINE_EXCEEDED, INTERNAL, RESOURCE_EXHAUSTED, UNAVAILABLE } = RetryableStatus;
const second = Duration.seconds(1);
const reason = 'the server drops duplicates by request id';

describe('what is tried again', () => {
  test.each([
    ['never', RetryPolicy.never(), 0, ''],
    ['unexecuted', RetryPolicy.unexecuted(), 2, 'connect-failure,refused-stream,reset-before-request'],
    ['idempotent', RetryPolicy.idempotent(), 2, 'connect-failure,refused-stream,reset,unavailable,cancelled'],
    ['one status', RetryPolicy.onStatus([INTERNAL]), 2, 'connect-failure,refused-stream,reset,internal'],
    [
      'every status',
      RetryPolicy.onStatus([CANCELLED, DEADLINE_EXCEEDED, INTERNAL, RESOURCE_EXHAUSTED, UNAVAILABLE]),
      2,
      'connect-failure,refused-stream,reset,cancelled,deadline-exceeded,internal,resource-exhausted,unavailable',
    ],
    [
      'a status named twice',
      RetryPolicy.onStatus([UNAVAILABLE, UNAVAILABLE]),
      2,
      'connect-failure,refused-stream,reset,unavailable',
    ],
    [
      'the loud name',
      RetryPolicy.dangerouslyRepeatExecuted({ statuses: [UNAVAILABLE], reason }),
      2,
      'connect-failure,refused-stream,reset,unavailable',
    ],
  ])('%s', (_, policy, attempts, conditions) => {
    expect(policy.attempts).toBe(attempts);
    expect(policy._conditions.join(',')).toBe(conditions);
  });

  test.each([
    ['never', RetryPolicy.never(), false],
    ['unexecuted', RetryPolicy.unexecuted(), false],
    ['idempotent', RetryPolicy.idempotent(), true],
    ['onStatus', RetryPolicy.onStatus([UNAVAILABLE]), true],
    ['the loud name', RetryPolicy.dangerouslyRepeatExecuted({ statuses: [UNAVAILABLE], reason }), true],
  ])('%s knows whether it repeats executed calls', (_, policy, repeats) => {
    expect(policy._repeatsExecuted).toBe(repeats);
  });

  test('an empty list of statuses is refused', () => {
    expect(refusal(() => RetryPolicy.onStatus([])).code).toBe('NoStatuses');
    expect(refusal(() => RetryPolicy.dangerouslyRepeatExecuted({ statuses: [], reason })).code).toBe('NoStatuses');
  });
});

describe('a perTryTimeout', () => {
  test('makes a try that timed out one that is repeated', () => {
    const policy = RetryPolicy.idempotent({ perTryTimeout: second });
    expect(policy._perTryMillis).toBe(1000);
    expect(policy._conditions).toEqual([
      'connect-failure',
      'refused-stream',
      'reset',
      'unavailable',
      'cancelled',
      'deadline-exceeded',
    ]);
  });

  test('adds deadline-exceeded only once', () => {
    const policy = RetryPolicy.onStatus([DEADLINE_EXCEEDED], { perTryTimeout: second });
    expect(policy._conditions).toEqual(['connect-failure', 'refused-stream', 'reset', 'deadline-exceeded']);
  });

  test('does not exist unless asked for, and then nothing is repeated because of it', () => {
    const policy = RetryPolicy.idempotent();
    expect(policy._perTryMillis).toBeUndefined();
    expect(policy._conditions).not.toContain('deadline-exceeded');
  });

  test.each([0, 0.5])('of %s ms is refused', (millis) => {
    const error = refusal(() => RetryPolicy.idempotent({ perTryTimeout: Duration.millis(millis) }));
    expect(error.code).toBe('InvalidDuration');
    expect(error.message).toContain(`RetryPolicy: perTryTimeout is ${millis} ms.`);
  });

  test('of 1 ms is taken', () => {
    expect(RetryPolicy.idempotent({ perTryTimeout: Duration.millis(1) })._perTryMillis).toBe(1);
  });
});

describe('attempts', () => {
  const ways: [string, (attempts: number) => RetryPolicy][] = [
    ['unexecuted', (attempts) => RetryPolicy.unexecuted(attempts)],
    ['idempotent', (attempts) => RetryPolicy.idempotent({ attempts })],
    ['onStatus', (attempts) => RetryPolicy.onStatus([INTERNAL], { attempts })],
    ['the loud name', (attempts) => RetryPolicy.dangerouslyRepeatExecuted({ statuses: [INTERNAL], attempts, reason })],
  ];

  test.each(ways)('of %s may be 0 to 10', (_, policy) => {
    for (const attempts of [0, 1, 10]) expect(policy(attempts).attempts).toBe(attempts);
  });

  test.each(ways)('of %s are refused below, above and between', (_, policy) => {
    for (const attempts of [-1, 11, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      const error = refusal(() => policy(attempts));
      expect(error.code).toBe('InvalidAttempts');
      expect(error.message).toContain(`attempts is ${attempts},`);
    }
  });
});

describe('the reason of an opt-out', () => {
  test('is kept', () => {
    expect(RetryPolicy.dangerouslyRepeatExecuted({ statuses: [INTERNAL], reason })._reason).toBe(reason);
  });

  test.each(['', '  ', '\n\t'])('may not be blank: %j', (blank) => {
    const error = refusal(() => RetryPolicy.dangerouslyRepeatExecuted({ statuses: [INTERNAL], reason: blank }));
    expect(error.code).toBe('NoReason');
    expect(error.message).toContain('RetryPolicy.dangerouslyRepeatExecuted: the reason is empty.');
  });

  test('is not needed by the others', () => {
    expect(RetryPolicy.idempotent()._reason).toBeUndefined();
  });
});
