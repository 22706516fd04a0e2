import { Duration } from 'cdk8s';
import { Workload } from '../../src';
import { gracefulDrain } from '../../src/kubernetes/graceful-drain';
import { Manifests } from '../support/manifests';
import { refusal } from '../support/refusal';
import { coffeeShop, payment } from '../support/shop';

const WHERE = 'coffee-shop/payment (GrpcService)';

describe.each([1, 5, 10, 11, 30, 600])('a drain of %i s', (seconds) => {
  const { app, shop } = coffeeShop();
  payment(shop, { workload: Workload.image('payment:1', { drain: Duration.seconds(seconds) }) });
  const { metadata, spec } = Manifests.of(app).get('Deployment', 'payment').spec.template;
  const preStop: number = spec.containers[0].lifecycle.preStop.sleep.seconds;
  const proxy = Number(/^(\d+)s$/.exec(proxyConfig(metadata).terminationDrainDuration)?.[1]);
  const grace: number = spec.terminationGracePeriodSeconds;

  test('gives the proxy exactly this long', () => {
    expect(proxy).toBe(seconds);
  });

  test('stops the container before the proxy is gone', () => {
    expect(preStop).toBeLessThanOrEqual(proxy);
  });

  test('leaves endpoints time to forget the pod before the container stops', () => {
    expect(preStop).toBeGreaterThanOrEqual(Math.min(10, seconds));
  });

  test('ends before Kubernetes loses patience', () => {
    expect(proxy).toBeLessThan(grace);
  });
});

test('the drain is 30 s unless the user says otherwise', () => {
  const { app, shop } = coffeeShop();
  payment(shop);
  const { metadata, spec } = Manifests.of(app).get('Deployment', 'payment').spec.template;
  expect([proxyConfig(metadata).terminationDrainDuration, spec.terminationGracePeriodSeconds]).toEqual(['30s', 40]);
});

test('the container starts after its proxy, so that its first call is not lost', () => {
  const { app, shop } = coffeeShop();
  payment(shop);
  const { metadata } = Manifests.of(app).get('Deployment', 'payment').spec.template;
  expect(proxyConfig(metadata).holdApplicationUntilProxyStarts).toBe(true);
});

test.each([0, 500, 999, 1500])('a drain of %i ms is refused', (millis) => {
  expect(refusal(() => gracefulDrain(Duration.millis(millis), WHERE)).code).toBe('InvalidDuration');
});

test.each([1000, 60000])('a drain of %i ms is accepted', (millis) => {
  expect(gracefulDrain(Duration.millis(millis), WHERE).proxySeconds).toBe(millis / 1000);
});

function proxyConfig({ annotations }: { annotations: Record<string, string> }) {
  return JSON.parse(annotations['proxy.istio.io/config']);
}
