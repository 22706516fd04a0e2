import { CanaryRelease } from '../../src';
import { Manifests } from '../support/manifests';
import { coffeeShop, payment } from '../support/shop';

test('a node can be drained one pod at a time, and pods that are not ready never hold it up', () => {
  const { app, shop } = coffeeShop();
  payment(shop);
  expect(Manifests.of(app).get('PodDisruptionBudget', 'payment').spec).toEqual({
    maxUnavailable: 1,
    selector: { matchLabels: { app: 'payment' } },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});

test('the budget covers a canary with the stable pods: two budgets for one pod would block every drain', () => {
  const { app, shop } = coffeeShop();
  new CanaryRelease(shop, 'payment-next', { service: payment(shop), image: 'payment:2', weight: 10 });
  const manifests = Manifests.of(app);
  const [{ spec }, ...others] = manifests.kind('PodDisruptionBudget');
  const { labels } = manifests.get('Deployment', 'payment-next').spec.template.metadata;
  expect([labels, others]).toEqual([expect.objectContaining(spec.selector.matchLabels), []]);
});
