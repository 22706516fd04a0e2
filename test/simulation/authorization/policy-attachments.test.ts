import { AuthorizationPolicies } from '../../../src/simulation/authorization/authorization-policies';
import { clusterOf, workloadAt } from '../../support/cluster-of';
import { deployment, Guard, policy, request } from '../../support/guarded';

test.each`
  where                               | id                  | spec                                                         | attaches
  ${'in the namespace'}               | ${'shop/p'}         | ${''}                                                        | ${true}
  ${'in another namespace'}           | ${'other/p'}        | ${''}                                                        | ${false}
  ${'in the root namespace'}          | ${'istio-system/p'} | ${''}                                                        | ${true}
  ${'by label'}                       | ${'shop/p'}         | ${'selector: { matchLabels: { app: order } }'}               | ${true}
  ${'by another label'}               | ${'shop/p'}         | ${'selector: { matchLabels: { app: web } }'}                 | ${false}
  ${'by one label too many'}          | ${'shop/p'}         | ${'selector: { matchLabels: { app: order, a: b } }'}         | ${false}
  ${'by no label'}                    | ${'shop/p'}         | ${'selector: {}'}                                            | ${true}
  ${'by label, from the root'}        | ${'istio-system/p'} | ${'selector: { matchLabels: { app: order } }'}               | ${true}
  ${'by label, from the root, other'} | ${'istio-system/p'} | ${'selector: { matchLabels: { app: web } }'}                 | ${false}
  ${'by a target'}                    | ${'shop/p'}         | ${'targetRefs: [{ kind: Service, name: order, group: "" }]'} | ${false}
  ${'by an old target'}               | ${'shop/p'}         | ${'targetRef: { kind: Service, name: order, group: "" }'}    | ${false}
`('a policy $where is for a sidecar: $attaches', ({ id, spec, attaches }) => {
  expect(new Guard(policy(id, spec)).outcome()).toBe(attaches ? 'deny' : 'allow');
});

test('the root namespace is where the mesh says', () => {
  const guard = new Guard(policy('istio-system/p', ''), { mesh: { rootNamespace: 'root' } });
  expect(guard.outcome()).toBe('allow');
});

const GATEWAY = 'group: gateway.networking.k8s.io, kind: Gateway, name: edge';

test.each`
  where                       | id                  | spec                                               | attaches
  ${'by its name'}            | ${'shop/p'}         | ${`targetRefs: [{ ${GATEWAY} }]`}                  | ${true}
  ${'by its name, old form'}  | ${'shop/p'}         | ${`targetRef: { ${GATEWAY} }`}                     | ${true}
  ${'among others'}           | ${'shop/p'}         | ${`targetRefs: [{ ${GATEWAY}x }, { ${GATEWAY} }]`} | ${true}
  ${'by another name'}        | ${'shop/p'}         | ${`targetRefs: [{ ${GATEWAY}x }]`}                 | ${false}
  ${'from another namespace'} | ${'istio-system/p'} | ${`targetRefs: [{ ${GATEWAY} }]`}                  | ${false}
  ${'by label'}               | ${'shop/p'}         | ${'selector: { matchLabels: { app: order } }'}     | ${true}
  ${'without selector'}       | ${'shop/p'}         | ${''}                                              | ${true}
`('a policy $where is for a gateway of the Gateway API: $attaches', ({ id, spec, attaches }) => {
  const guard = new Guard(deployment('shop/order', 'gateway.networking.k8s.io/gateway-name: edge') + policy(id, spec));
  expect(guard.cluster.malformed).toEqual([]);
  expect(guard.outcome()).toBe(attaches ? 'deny' : 'allow');
});

describe('a waypoint', () => {
  const WAYPOINT = `${deployment('shop/order', 'gateway.networking.k8s.io/gateway-name: edge')}
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: other }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: stock, namespace: other }
spec: { ports: [{ port: 80 }] }
---
`;
  const ask = (id: string, spec: string, service?: string) => {
    const cluster = clusterOf(WAYPOINT + policy(id, spec));
    return AuthorizationPolicies.of(cluster).outcome(
      workloadAt(cluster, 'shop/order'),
      request(),
      service === undefined ? undefined : cluster.services.get(`${service}.other.svc.cluster.local`),
    );
  };

  test.each`
    where                                  | id                  | spec                                                                                              | attaches
    ${'by its name'}                       | ${'shop/p'}         | ${`targetRefs: [{ ${GATEWAY} }]`}                                                                 | ${true}
    ${'without selector'}                  | ${'shop/p'}         | ${''}                                                                                             | ${false}
    ${'by label'}                          | ${'shop/p'}         | ${'selector: { matchLabels: { app: order } }'}                                                    | ${false}
    ${'by class, from the root namespace'} | ${'istio-system/p'} | ${'targetRefs: [{ group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint }]'} | ${true}
    ${'by class, from elsewhere'}          | ${'shop/p'}         | ${'targetRefs: [{ group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint }]'} | ${false}
    ${'for the service'}                   | ${'other/p'}        | ${'targetRefs: [{ group: "", kind: Service, name: cart }]'}                                       | ${true}
    ${'for the service, by long name'}     | ${'other/p'}        | ${'targetRefs: [{ group: core, kind: Service, name: cart }]'}                                     | ${true}
    ${'for another service'}               | ${'other/p'}        | ${'targetRefs: [{ group: "", kind: Service, name: stock }]'}                                      | ${false}
    ${'for a service of its namespace'}    | ${'shop/p'}         | ${'targetRefs: [{ group: "", kind: Service, name: cart }]'}                                       | ${false}
    ${'for an entry of that name'}         | ${'other/p'}        | ${'targetRefs: [{ group: networking.istio.io, kind: ServiceEntry, name: cart }]'}                 | ${false}
  `('has a policy $where: $attaches', ({ id, spec, attaches }) => {
    expect(ask(id, spec, 'cart')).toBe(attaches ? 'deny' : 'allow');
  });

  test('cannot be asked about policies for services without naming one', () => {
    expect(ask('other/p', 'targetRefs: [{ group: "", kind: Service, name: cart }]')).toBe('unknown');
    expect(ask('other/p', '')).toBe('allow');
  });

  test('is known by the label of its controller, too', () => {
    const labels = 'gateway.networking.k8s.io/gateway-name: edge, gateway.istio.io/managed: istio.io-mesh-controller';
    expect(new Guard(deployment('shop/order', labels) + policy('shop/p', '')).outcome()).toBe('allow');
  });
});
