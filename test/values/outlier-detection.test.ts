import { Duration } from 'cdk8s';
import { OutlierDetection, type OutlierDetectionOptions } from '../../src';
import { refusal } from '../support/refusal';

test('off is off', () => {
  expect(OutlierDetection.off()._ejection).toBeUndefined();
});

test('by default five UNAVAILABLE in a row leave out at most half of the pods for half a minute', () => {
  expect(OutlierDetection.of()._ejection).toEqual({
    consecutiveGatewayErrors: 5,
    consecutive5xxErrors: 0,
    intervalMillis: 10_000,
    baseEjectionMillis: 30_000,
    maxEjectionPercent: 50,
  });
});

test.each<[string, string, OutlierDetectionOptions]>([
  ['a negative count', 'InvalidErrorCount', { consecutiveGatewayErrors: -1 }],
  ['half an error', 'InvalidErrorCount', { consecutive5xxErrors: 0.5 }],
  ['no errors at all', 'InvalidErrorCount', { consecutiveGatewayErrors: 0 }],
  ['none of the pods', 'InvalidPercentage', { maxEjectionPercent: 0 }],
  ['more than all pods', 'InvalidPercentage', { maxEjectionPercent: 101 }],
  ['a share that is no number', 'InvalidPercentage', { maxEjectionPercent: Number.NaN }],
  ['no time between looks', 'InvalidDuration', { interval: Duration.millis(0) }],
  ['no time outside', 'InvalidDuration', { baseEjectionTime: Duration.millis(0) }],
])('%s is refused', (_, code, options) => {
  expect(refusal(() => OutlierDetection.of(options)).code).toBe(code);
});

test.each<[string, OutlierDetectionOptions]>([
  ['one error', { consecutiveGatewayErrors: 1 }],
  ['errors of the application alone', { consecutiveGatewayErrors: 0, consecutive5xxErrors: 3 }],
  ['one percent', { maxEjectionPercent: 1 }],
  ['all pods', { maxEjectionPercent: 100 }],
  ['a look every millisecond', { interval: Duration.millis(1) }],
])('%s is accepted', (_, options) => {
  expect(() => OutlierDetection.of(options)).not.toThrow();
});
