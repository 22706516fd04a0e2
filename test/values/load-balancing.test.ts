import { Duration } from 'cdk8s';
import { LoadBalancing } from '../../src';
import { refusal } from '../support/refusal';

test.each(['X-User', '', 'x user', '-x', 'grpc-timeout', ':path'])("'%s' is no key to go by", (key) => {
  expect(refusal(() => LoadBalancing.consistentHash(key)).code).toBe('InvalidHeader');
});

test.each(['x-user-id', 'tenant', 'trace-bin', 'a.b_c'])("'%s' is a key to go by", (key) => {
  expect(LoadBalancing.consistentHash(key)._hashKey).toBe(key);
});

test.each(['leastRequest', 'roundRobin'] as const)('%s takes no time of nothing for new pods', (kind) => {
  expect(refusal(() => LoadBalancing[kind]({ warmUp: Duration.millis(0) })).code).toBe('InvalidDuration');
  expect(LoadBalancing[kind]({ warmUp: Duration.minutes(1) })._warmUpMillis).toBe(60_000);
});
