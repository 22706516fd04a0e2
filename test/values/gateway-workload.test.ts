import { GatewayWorkload } from '../../src/values/gateway-workload';
import { refusal } from '../support/refusal';

const pods = { namespace: 'edge', labels: { app: 'edge' }, serviceAccountName: 'edge' };

// https://istio.io/latest/docs/setup/additional-setup/gateway/ and the labels that the charts and istioctl write.
test.each([
  ['istioctl', GatewayWorkload.istioctl(), 'istio-system', 'ingressgateway', 'istio-ingressgateway-service-account'],
  [
    'istioctl in another namespace',
    GatewayWorkload.istioctl({ namespace: 'edge' }),
    'edge',
    'ingressgateway',
    'istio-ingressgateway-service-account',
  ],
  ['the Helm chart', GatewayWorkload.helm(), 'istio-ingress', 'ingress', 'istio-ingress'],
  ['a Helm release', GatewayWorkload.helm({ release: 'istio-edge' }), 'istio-edge', 'edge', 'istio-edge'],
  [
    'a Helm release of any name',
    GatewayWorkload.helm({ release: 'edge-istio-1' }),
    'edge-istio-1',
    'edge-istio-1',
    'edge-istio-1',
  ],
  [
    'a Helm release in another namespace',
    GatewayWorkload.helm({ release: 'istio-edge', namespace: 'ingress' }),
    'ingress',
    'edge',
    'istio-edge',
  ],
])(
  'the gateway of %s is found by its labels and known by its ServiceAccount',
  (_, gateway, namespace, istio, account) => {
    expect(gateway._existing).toEqual({ namespace, labels: { istio }, serviceAccount: account });
    expect(gateway._replicas).toBeUndefined();
  },
);

test('other gateway pods are what they were said to be', () => {
  expect(GatewayWorkload.pods(pods)._existing).toEqual({
    namespace: 'edge',
    labels: { app: 'edge' },
    serviceAccount: 'edge',
  });
});

test('a change of the labels after the fact changes nothing', () => {
  const labels = { app: 'edge' };
  const gateway = GatewayWorkload.pods({ ...pods, labels });
  labels.app = 'anything';
  expect(gateway._existing?.labels).toEqual({ app: 'edge' });
});

test.each([
  ['NoLabels', { labels: {} }],
  ['InvalidName', { namespace: 'Edge' }],
  ['InvalidName', { namespace: '' }],
  ['NoIdentity', { serviceAccountName: '' }],
  ['NoIdentity', { serviceAccountName: 'default' }],
  ['InvalidLabel', { labels: { app: '*' } }],
  ['InvalidName', { serviceAccountName: '*' }],
  ['InvalidName', { serviceAccountName: 'edge/other' }],
])('gateway pods that would not be exactly one workload are refused with %s: %j', (code, wrong) => {
  const error = refusal(() => GatewayWorkload.pods({ ...pods, ...wrong }));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/^GatewayWorkload\.pods: /);
});

test('gateway pods may lie in a namespace that begins with a digit', () => {
  expect(GatewayWorkload.pods({ ...pods, namespace: '3rd-edge' })._existing?.namespace).toBe('3rd-edge');
});

test('a gateway of its own has two pods, or as many as were asked for', () => {
  expect(GatewayWorkload.own()._replicas).toBe(2);
  expect(GatewayWorkload.own({ replicas: 3 })._replicas).toBe(3);
  expect(GatewayWorkload.own()._existing).toBeUndefined();
});
