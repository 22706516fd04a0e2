import { GatewayWorkload, Workload } from '../../src';
import { refusal } from '../support/refusal';
import { coffeeShop, payment } from '../support/shop';

const asService = (replicas: number) =>
  payment(coffeeShop().shop, { workload: Workload.image('ghcr.io/acme/payment:1', { replicas }) });

test.each([-1, 1.5, Number.NaN])('%d pods are refused', (replicas) => {
  expect(refusal(() => asService(replicas)).code).toBe('InvalidReplicas');
  expect(refusal(() => GatewayWorkload.own({ replicas })).code).toBe('InvalidReplicas');
});

test.each([0, 1, 3])('%d pods are accepted', (replicas) => {
  expect(asService(replicas).deployment?.replicas).toBe(replicas);
  expect(GatewayWorkload.own({ replicas })).toBeDefined();
});
