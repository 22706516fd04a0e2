import { Duration } from 'cdk8s';
import { GrpcStatus, RolloutGate } from '../../src';
import { refusal } from '../support/refusal';

test('a server is to blame for these statuses, by their numbers', () => {
  expect(RolloutGate.grpcStatus({ atLeast: 99 })._status).toEqual({ bad: [2, 4, 8, 12, 13, 14, 15], atLeast: 99 });
});

test('or for all but those that were named', () => {
  const good = Object.values(GrpcStatus).filter((status) => status !== GrpcStatus.UNAUTHENTICATED);
  expect(RolloutGate.grpcStatus({ atLeast: 100, good })._status).toEqual({ bad: [16], atLeast: 100 });
});

test('gates of different percentiles have different names', () => {
  const atMost = Duration.millis(1);
  const names = [50, 99, 99.9].map((percentile) => RolloutGate.latency({ percentile, atMost })._name);
  expect(names).toEqual(['latency-p50', 'latency-p99', 'latency-p99-9']);
});

test.each([0, -1, 0.995, 1, 100.1, Number.NaN])('a share of %s percent is refused', (atLeast) => {
  expect(refusal(() => RolloutGate.grpcStatus({ atLeast })).code).toBe('InvalidPercentage');
});

test.each([0, 0.99, 1, 100, Number.NaN])('the percentile %s is refused', (percentile) => {
  const atMost = Duration.seconds(1);
  expect(refusal(() => RolloutGate.latency({ percentile, atMost })).code).toBe('InvalidPercentage');
});

test('no time at all is refused', () => {
  expect(refusal(() => RolloutGate.latency({ percentile: 99, atMost: Duration.millis(0) })).code).toBe(
    'InvalidDuration',
  );
});
