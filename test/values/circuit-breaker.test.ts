import { CircuitBreaker, type CircuitBreakerOptions } from '../../src';
import { refusal } from '../support/refusal';

test('a limit that nobody gave is none, but for calls under way', () => {
  const { _maxRequests, _maxPendingRequests, _maxConnections, _maxRetries } = CircuitBreaker.of({});
  expect([_maxRequests, _maxPendingRequests, _maxConnections, _maxRetries]).toEqual([
    1000,
    undefined,
    undefined,
    undefined,
  ]);
});

const names = ['maxRequests', 'maxPendingRequests', 'maxConnections', 'maxRetries'] as const;

test.each(names.flatMap((name) => [0, -1, 1.5, Number.NaN, 2 ** 31].map((limit) => [name, limit] as const)))(
  'a %s of %s is refused',
  (name, limit) => {
    const { code, message } = refusal(() => CircuitBreaker.of({ [name]: limit } as CircuitBreakerOptions));
    expect(code).toBe('InvalidLimit');
    expect(message).toContain(name);
  },
);

test.each(names.flatMap((name) => [1, 2 ** 31 - 1].map((limit) => [name, limit] as const)))(
  'a %s of %s is accepted',
  (name, limit) => {
    expect(() => CircuitBreaker.of({ [name]: limit } as CircuitBreakerOptions)).not.toThrow();
  },
);
