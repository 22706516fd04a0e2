import { Duration } from 'cdk8s';
import { LoadBalancing, Locality, OutlierDetection, type TrafficPolicy } from '../../src';
import { trafficSettings } from '../../src/values/traffic-policy';
import { refusal } from '../support/refusal';

const off = OutlierDetection.off();
const hash = LoadBalancing.consistentHash('x-user-id');
const far = Locality.distribute({ 'eu/*': { 'eu/*': 90, 'us/*': 10 } });

test.each<[string, string, TrafficPolicy]>([
  ['near pods', 'LocalityWithoutOutlierDetection', { locality: Locality.nearest(), outlierDetection: off }],
  ['failover', 'LocalityWithoutOutlierDetection', { locality: Locality.failover({ eu: 'us' }), outlierDetection: off }],
  ['shares of places', 'LocalityWithoutOutlierDetection', { locality: far, outlierDetection: off }],
  ['a hash and near pods', 'HashWithLocality', { locality: Locality.nearest(), loadBalancing: hash }],
  ['a hash and shares of places', 'HashWithLocality', { locality: far, loadBalancing: hash }],
  ['no time to connect', 'InvalidDuration', { connectTimeout: Duration.millis(0) }],
  ['no age', 'InvalidDuration', { maxConnectionAge: Duration.millis(0) }],
  ['half a second of silence', 'InvalidDuration', { keepAlive: Duration.millis(500) }],
  ['no silence', 'InvalidDuration', { keepAlive: Duration.seconds(0) }],
])('%s is refused', (_, code, policy) => {
  expect(refusal(() => trafficSettings(policy, 'shop/order')).code).toBe(code);
});

test.each<[string, TrafficPolicy]>([
  ['near pods with outlier detection', { locality: Locality.nearest() }],
  ['no outlier detection where all pods are equal', { outlierDetection: off }],
  ['a hash where all pods are equal', { loadBalancing: hash, locality: Locality.ignored() }],
  ['a second of silence', { keepAlive: Duration.seconds(1) }],
])('%s is accepted', (_, policy) => {
  expect(() => trafficSettings(policy, 'shop/order')).not.toThrow();
});
