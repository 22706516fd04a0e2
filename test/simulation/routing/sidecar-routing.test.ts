import { DestinationRules } from '../../../src/simulation/routing/destination-rules';
import { Routes } from '../../../src/simulation/routing/routes';
import { SidecarScopes } from '../../../src/simulation/visibility/sidecar-scopes';
import { clusterOf } from '../../support/cluster-of';
import { MESH, meshWith, orderRoutes, SUBSETS, summary } from '../../support/mesh';

const TO_V = (version: string) => `route: [{destination: {host: order, subset: ${version}}}]`;

describe('a call from inside, without a VirtualService', () => {
  test('goes to the service, with no limit of time and the two retries of every mesh', () => {
    const result = meshWith('').inside();
    expect(summary(result)).toBe('order:50051 1');
    expect(result).toMatchObject({ timeout: 'none', retries: { attempts: 2, source: 'default' } });
    expect(result.destinations[0].workloads.map(({ id }) => id)).toEqual(['shop/order-v1', 'shop/order-v2']);
  });

  test.each([
    'order',
    'order:50051',
    'order.shop',
    'order.shop.svc',
    'ORDER.shop.svc.cluster.local',
    'order.shop.svc.cluster.local.',
  ])('finds it by the name %s', (host) => {
    expect(summary(meshWith('').inside({ host }))).toBe('order:50051 1');
  });

  test('finds no short name of another namespace', () => {
    expect(summary(meshWith('').inside({ from: 'bar/client' }))).toBe(
      'unknown: the Service order.bar.svc.cluster.local',
    );
    expect(summary(meshWith('').inside({ from: 'bar/client', host: 'order.shop' }))).toBe('order:50051 1');
  });

  test("keeps the client's own deadline", () => {
    expect(meshWith('').inside({ headers: { 'grpc-timeout': '3S' } }).timeout).toBe(3000);
  });

  test('speaks HTTP/2 to a port for gRPC, HTTP/1.1 to one for HTTP, and what the client speaks to one for neither', () => {
    const { inside } = meshWith('');
    const protocols = [50051, 8080, 9000].map((port) => inside({ port }).destinations[0].upstreamProtocol);
    expect(protocols).toEqual(['http2', 'http1', 'client']);
  });

  test('is opaque on a port for TCP', () => {
    const result = meshWith('').inside({ host: 'cache', port: 6379 });
    expect(summary(result)).toBe('cache:6379 1');
    expect(result).toMatchObject({ timeout: 'none', retries: { attempts: 0, source: 'none' } });
    expect(result.destinations[0]).toMatchObject({ upstreamProtocol: 'tcp', tlsMode: 'auto' });
  });

  test('ends on a port that the service does not have', () => {
    expect(summary(meshWith('').inside({ port: 1 }))).toBe('no-route 14');
  });
});

describe('a call from inside, with a VirtualService', () => {
  // https://istio.io/latest/docs/reference/config/networking/virtual-service/
  const CANARY = orderRoutes(`
    - name: pinned
      match: [{headers: {x-canary: {exact: always}}}]
      timeout: 1s
      ${TO_V('v2')}
    - name: split
      route:
        - {destination: {host: order, subset: v1}, weight: 90}
        - {destination: {host: order, subset: v2}, weight: 10}
    - name: never
      match: [{uri: {prefix: /shop.Order/}}]
      ${TO_V('v1')}`);

  test('takes the first route that takes it', () => {
    const { inside } = meshWith(CANARY + SUBSETS);
    const pinned = inside({ headers: { 'x-canary': 'always' } });
    expect(summary(pinned)).toBe('order:50051/v2 1');
    expect(pinned).toMatchObject({
      timeout: 1000,
      skipped: [],
      rule: { name: 'pinned', path: ['spec', 'http', 0, 'match', 0] },
    });
    expect(summary(inside())).toBe('order:50051/v1 90, order:50051/v2 10');
  });

  test('says why those above did not take it, and where the one stands that did', () => {
    const { skipped, rule, reasons, virtualService } = meshWith(CANARY + SUBSETS).inside();
    expect(skipped).toMatchObject([{ path: ['spec', 'http', 0, 'match', 0], why: "there is no header 'x-canary'" }]);
    expect(rule).toMatchObject({ name: 'split', path: ['spec', 'http', 1] });
    expect(virtualService?.name).toBe('order');
    expect(reasons[0].text).toBe("route 'split' of VirtualService shop/order takes the request");
  });

  test('reaches the pods that a subset selects', () => {
    const [v1, v2] = meshWith(CANARY + SUBSETS).inside().destinations;
    expect([v1, v2].map(({ workloads }) => workloads.map(({ id }) => id))).toEqual([
      ['shop/order-v1'],
      ['shop/order-v2'],
    ]);
    expect(v1.destinationRules.map(({ name }) => name)).toEqual(['order']);
  });

  test('ends with UNIMPLEMENTED if no route takes it', () => {
    const result = meshWith(
      orderRoutes(`
    - match: [{uri: {prefix: /shop.Order/}}, {uri: {exact: /health}}]
      route: [{destination: {host: order}}]`),
    ).inside({ path: '/shop.Menu/List' });
    expect(result).toMatchObject({ outcome: 'no-route', grpcStatus: 12, httpStatus: 404 });
    expect(result.skipped.map(({ path }) => path)).toEqual([
      ['spec', 'http', 0, 'match', 0],
      ['spec', 'http', 0, 'match', 1],
    ]);
  });

  test.each([
    [
      'a weight of 0 is nothing',
      '[{destination: {host: order}, weight: 0}, {destination: {host: menu}, weight: 5}]',
      'menu:50051 5',
    ],
    ['a single weight does not matter', '[{destination: {host: menu}, weight: 0}]', 'menu:50051 1'],
    [
      'weights need not add up',
      '[{destination: {host: order}, weight: 1}, {destination: {host: menu}, weight: 2}]',
      'order:50051 1, menu:50051 2',
    ],
    [
      'only weights of 0 are no route that Envoy accepts',
      '[{destination: {host: order}, weight: 0}, {destination: {host: menu}}]',
      'unknown: a destination with a weight above 0',
    ],
    ['a port is taken as it is written', '[{destination: {host: order, port: {number: 8080}}}]', 'order:8080 1'],
  ])('%s', (_, route, expected) => {
    expect(summary(meshWith(orderRoutes(`    - route: ${route}`)).inside())).toBe(expected);
  });

  test.each([
    ['an unknown host', '{host: nobody}', 'there is no Service or ServiceEntry for nobody.shop.svc.cluster.local'],
    ['an unknown port', '{host: order, port: {number: 1}}', 'order.shop.svc.cluster.local has no port 1'],
    [
      'an unknown subset',
      '{host: order, subset: v3}',
      "DestinationRule shop/order has no subset 'v3' of order.shop.svc.cluster.local",
    ],
    [
      'a subset of nobody',
      '{host: menu, subset: v1}',
      "no DestinationRule makes subset 'v1' of menu.shop.svc.cluster.local",
    ],
    [
      'a subset without pods',
      '{host: order, subset: old}',
      "subset 'old' of order.shop.svc.cluster.local selects no pods",
    ],
    // Without a port, a sidecar takes the one that was called, even if the service has only one, and another.
    ['a host without the port that was called', '{host: cache}', 'cache.shop.svc.cluster.local has no port 50051'],
  ])('a call to %s is UNAVAILABLE', (_, destination, unavailable) => {
    const subsets = SUBSETS.replace('subsets: [', 'subsets: [{name: old, labels: {version: old}}, ');
    const result = meshWith(orderRoutes(`    - route: [{destination: ${destination}}]`) + subsets).inside();
    expect(result).toMatchObject({
      outcome: 'no-route',
      grpcStatus: 14,
      httpStatus: 503,
      destinations: [{ unavailable }],
    });
    expect(result.reasons.map(({ text }) => text)).toContain(unavailable);
  });

  test('a part of the calls may fail', () => {
    const split = '[{destination: {host: order}, weight: 9}, {destination: {host: order, subset: v9}, weight: 1}]';
    const result = meshWith(orderRoutes(`    - route: ${split}`)).inside();
    expect(result.outcome).toBe('routed');
    expect(result.destinations.map(({ unavailable }) => unavailable !== undefined)).toEqual([false, true]);
  });

  test('a destination in a namespace of which nothing is here may exist', () => {
    const route = '[{destination: {host: order.far.svc.cluster.local}}]';
    expect(summary(meshWith(orderRoutes(`    - route: ${route}`)).inside())).toBe(
      'unknown: the Service order.far.svc.cluster.local',
    );
  });

  test.each([
    ['redirect: {uri: /new}', 'redirect', 301, 2],
    ['redirect: {uri: /new, redirectCode: 308}', 'redirect', 308, 2],
    ['directResponse: {status: 503}', 'direct-response', 503, 14],
    ['directResponse: {status: 401}', 'direct-response', 401, 16],
    [`${TO_V('v1')}\n      fault: {abort: {httpStatus: 429, percentage: {value: 100}}}`, 'direct-response', 429, 14],
    [
      `${TO_V('v1')}\n      fault: {abort: {grpcStatus: NOT_FOUND, percentage: {value: 100}}}`,
      'direct-response',
      200,
      5,
    ],
  ])('the proxy answers itself with %s', (action, outcome, httpStatus, grpcStatus) => {
    expect(meshWith(orderRoutes(`    - ${action}`) + SUBSETS).inside()).toMatchObject({
      outcome,
      httpStatus,
      grpcStatus,
    });
  });

  test('a fault for some calls leaves the others', () => {
    const route = `    - ${TO_V('v1')}\n      fault: {abort: {httpStatus: 429, percentage: {value: 99}}}`;
    expect(meshWith(orderRoutes(route) + SUBSETS).inside()).toMatchObject({
      outcome: 'routed',
      fault: { abort: { percentage: 99 } },
    });
  });

  test('what a route changes is told', () => {
    const result = meshWith(
      orderRoutes(`
    - match: [{uri: {prefix: /shop.}}]
      rewrite: {uri: /store., authority: store}
      headers: {request: {set: {a: b}}}
      mirror: {host: menu}
      mirrorPercentage: {value: 5}
      retries: {attempts: 1, perTryTimeout: 2s, retryOn: reset}
      route: [{destination: {host: order}, headers: {response: {remove: [server]}}}]`),
    ).inside();
    expect(result).toMatchObject({
      rewrite: { path: '/store.Order/Place', authority: 'store' },
      headers: { request: { set: { a: 'b' } } },
      mirrors: [{ host: 'menu.shop.svc.cluster.local', percentage: 5 }],
      retries: { attempts: 1, perTryTimeout: 2000, retryOn: ['reset'] },
      destinations: [{ headers: { response: { remove: ['server'] } } }],
    });
  });
});

describe('of several VirtualServices', () => {
  const to = (host: string) => `    - route: [{destination: {host: ${host}}}]`;

  test('for one host the oldest is the only one', () => {
    expect(summary(meshWith(orderRoutes(to('menu'), '', 'a') + orderRoutes(to('order'), '', 'b')).inside())).toBe(
      'menu:50051 1',
    );
  });

  test('of one age nobody knows the oldest, unless the order of their names is that of the manifests', () => {
    const result = meshWith(orderRoutes(to('menu'), '', 'b') + orderRoutes(to('order'), '', 'a')).inside();
    expect(summary(result)).toBe('unknown: which of the VirtualServices shop/b and shop/a is the older');
  });

  test('one that says nothing to this proxy is as if it were not there', () => {
    const elsewhere = orderRoutes(
      `    - match: [{sourceLabels: {team: nobody}}]\n      route: [{destination: {host: cache}}]`,
      '',
      'a',
    );
    expect(summary(meshWith(elsewhere).inside())).toBe('order:50051 1');
    expect(summary(meshWith(elsewhere + orderRoutes(to('menu'), '', 'b')).inside())).toBe('menu:50051 1');
  });

  test('one for the very host comes before one for a wildcard', () => {
    const wild = orderRoutes(to('menu'), '', 'a').replace('hosts: [order]', "hosts: ['*.shop.svc.cluster.local']");
    expect(summary(meshWith(wild).inside())).toBe('menu:50051 1');
    expect(summary(meshWith(wild + orderRoutes(to('order'), '', 'b')).inside())).toBe('order:50051 1');
  });

  test('the longer wildcard comes first', () => {
    const short = orderRoutes(to('cache'), '', 'a').replace('hosts: [order]', "hosts: ['*.local']");
    const long = orderRoutes(to('menu'), '', 'b').replace('hosts: [order]', "hosts: ['*.shop.svc.cluster.local']");
    expect(summary(meshWith(short + long).inside())).toBe('menu:50051 1');
  });

  // https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/push_context.go (VirtualServicesForGateway)
  test("one that only the client's namespace sees comes before an older one for all", () => {
    const older = orderRoutes(to('menu'), '', 'a');
    const own = orderRoutes(to('order'), "exportTo: ['.']", 'b');
    const { inside } = meshWith(older + own);
    expect(summary(inside())).toBe('order:50051 1');
    expect(summary(inside({ from: 'bar/client', host: 'order.shop' }))).toBe('menu:50051 1');
  });

  test('one for a gateway alone is not for the mesh', () => {
    expect(summary(meshWith(orderRoutes(to('menu'), 'gateways: [api]')).inside())).toBe('order:50051 1');
    expect(summary(meshWith(orderRoutes(to('menu'), 'gateways: [api, mesh]')).inside())).toBe('menu:50051 1');
  });
});

describe('a VirtualService for hosts that are no services', () => {
  const shop = (hosts: string) =>
    orderRoutes('    - route: [{destination: {host: order, port: {number: 50051}}}]').replace('[order]', hosts);
  /** Port 80 is that of the gateway's Service, in another namespace. */
  const OWN_NAMESPACE_ONLY = `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: ['./*']}]}
---`;

  test('is for port 80, where anything listens', () => {
    expect(summary(meshWith(shop('[shop.example]')).inside({ host: 'shop.example', port: 80 }))).toBe('order:50051 1');
    expect(summary(meshWith(shop('["*.example"]')).inside({ host: 'shop.example', port: 80 }))).toBe('order:50051 1');
    expect(
      summary(meshWith(OWN_NAMESPACE_ONLY + shop('[shop.example]')).inside({ host: 'shop.example', port: 80 })),
    ).toBe('shop.example:undefined 1');
  });

  test('is for the ports of a service that it is for too', () => {
    expect(summary(meshWith(shop('[shop.example, menu]')).inside({ host: 'shop.example' }))).toBe('order:50051 1');
    expect(summary(meshWith(shop('[shop.example]')).inside({ host: 'shop.example' }))).toBe('shop.example:undefined 1');
  });
});

// https://istio.io/latest/docs/reference/config/networking/sidecar/
describe('what a Sidecar hides', () => {
  const sidecar = (hosts: string, mode: string) => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: ${hosts}}], outboundTrafficPolicy: {mode: ${mode}}}
---`;
  const ROUTED = orderRoutes('    - timeout: 5s\n      route: [{destination: {host: menu}}]');

  test('is UNAVAILABLE under REGISTRY_ONLY', () => {
    const result = meshWith(ROUTED + sidecar('[bar/*]', 'REGISTRY_ONLY')).inside();
    expect(result).toMatchObject({ outcome: 'no-route', grpcStatus: 14, httpStatus: 502 });
    expect(result.reasons.map(({ text }) => text)).toContain(
      'Sidecar shop/default does not import order.shop.svc.cluster.local',
    );
  });

  test('goes out in plaintext and without any route under ALLOW_ANY', () => {
    const result = meshWith(ROUTED + sidecar('[bar/*]', 'ALLOW_ANY')).inside();
    expect(summary(result)).toBe('order:50051 1');
    expect(result).toMatchObject({ timeout: 'none', destinations: [{ tlsMode: 'DISABLE' }] });
  });

  test('is still reached by a route of what it shows', () => {
    const result = meshWith(ROUTED + sidecar('[./order.shop.svc.cluster.local]', 'REGISTRY_ONLY')).inside();
    expect(summary(result)).toBe('menu:50051 1');
  });
});

describe('a client', () => {
  test('without a proxy calls the service itself, in plaintext', () => {
    const routed = orderRoutes('    - timeout: 5s\n      route: [{destination: {host: menu}}]');
    const result = meshWith(routed).inside({ from: 'legacy/client', host: 'order.shop' });
    expect(summary(result)).toBe('order:50051 1');
    expect(result).toMatchObject({
      timeout: 'none',
      retries: { source: 'none' },
      destinations: [{ tlsMode: 'DISABLE' }],
    });
  });

  test('in ambient mode goes through a tunnel, and to a waypoint if there is one', () => {
    const ambient = `
apiVersion: v1
kind: Namespace
metadata: {name: amb, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: amb}
spec: {containers: [{name: app, image: app}]}
---
apiVersion: v1
kind: Service
metadata: {name: guarded, namespace: amb, labels: {istio.io/use-waypoint: gate}}
spec: {ports: [{name: grpc, port: 50051}]}
---`;
    const { inside } = meshWith(ambient);
    expect(inside({ from: 'amb/client', host: 'order.shop' }).destinations[0].tlsMode).toBe('auto');
    expect(summary(inside({ from: 'amb/client', host: 'guarded' }))).toBe('unknown: what the waypoint gate does');
  });

  test('of a namespace that is not here may have a proxy or not', () => {
    const stray = `
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: far}
spec: {containers: [{name: app, image: app}]}
---`;
    expect(summary(meshWith(stray).inside({ from: 'far/client', host: 'order.shop' }))).toBe(
      'unknown: the labels of namespace far',
    );
  });

  test('that nobody knows sees every service, and obeys what is for all', () => {
    const cluster = clusterOf(`${MESH}${orderRoutes('    - route: [{destination: {host: menu}}]')}`);
    const routes = Routes.of(cluster, SidecarScopes.of(cluster), DestinationRules.of(cluster));
    const result = routes.route({ via: { kind: 'sidecar' }, host: 'order.shop', port: 50051, path: '/a' });
    expect(summary(result)).toBe('menu:50051 1');
  });
});

describe('where the source of a call decides', () => {
  const BY_LABEL = orderRoutes(`
    - match: [{sourceLabels: {team: web}}]
      route: [{destination: {host: menu}}]
    - route: [{destination: {host: order}}]`);

  test('its labels are looked at', () => {
    const { inside } = meshWith(BY_LABEL);
    expect(summary(inside())).toBe('menu:50051 1');
    expect(summary(inside({ from: 'bar/client', host: 'order.shop' }))).toBe('order:50051 1');
  });

  test('what is not for it is told as well', () => {
    const { skipped } = meshWith(BY_LABEL).inside({ from: 'bar/client', host: 'order.shop' });
    expect(skipped).toMatchObject([{ why: "the client's labels are not team=web" }]);
  });
});

describe('what nobody can tell', () => {
  test('ends the search, with the fact that is missing', () => {
    const result = meshWith(
      orderRoutes(`
    - match: [{headers: {user-agent: {prefix: grpc-go}}}]
      route: [{destination: {host: menu}}]
    - route: [{destination: {host: order}}]`),
    ).inside();
    expect(result).toMatchObject({ outcome: 'unknown', missing: ["the header 'user-agent'"], destinations: [] });
  });

  test('does not matter below the route that takes the call', () => {
    expect(
      summary(
        meshWith(
          orderRoutes(`
    - route: [{destination: {host: order}}]
    - match: [{headers: {user-agent: {prefix: grpc-go}}}]
      route: [{destination: {host: menu}}]`),
        ).inside(),
      ),
    ).toBe('order:50051 1');
  });

  test('are TLS routes, on a port for TLS and no other', () => {
    const tls = orderRoutes('')
      .replace('hosts: [order]', 'hosts: [vault]')
      .replace('http:', 'tls: [{match: [{sniHosts: [vault]}], route: [{destination: {host: order}}]}]');
    const vault = `
apiVersion: v1
kind: Service
metadata: {name: vault, namespace: shop}
spec: {selector: {app: cache}, ports: [{name: tls, port: 8443}, {name: tcp, port: 9000}]}
`;
    const mesh = meshWith(`${tls}${vault}`);
    expect(summary(mesh.inside({ host: 'vault', port: 8443 }))).toBe(
      'unknown: what the TLS routes of VirtualService shop/order say',
    );
    expect(summary(mesh.inside({ host: 'vault', port: 9000 }))).toBe('vault:9000 1');
  });

  test('is another name for a host', () => {
    const external = `
apiVersion: v1
kind: Service
metadata: {name: alias, namespace: shop}
spec: {type: ExternalName, externalName: order.shop.svc.cluster.local, ports: [{name: grpc, port: 50051}]}
---`;
    expect(summary(meshWith(external).inside({ host: 'alias' }))).toMatch(/^unknown: what alias\./);
  });
});

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate
describe('delegation', () => {
  const root = (more = '') =>
    orderRoutes(`
    - match: [{uri: {prefix: /shop.Order/}}]
      timeout: 7s
      delegate: {name: orders, namespace: bar}${more}
    - route: [{destination: {host: order}}]`);
  const DELEGATE = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: orders, namespace: bar}
spec:
  http:
    - match: [{uri: {exact: /shop.Order/Place}}]
      route: [{destination: {host: menu.shop.svc.cluster.local}}]
    - match: [{uri: {exact: /elsewhere}}]
      route: [{destination: {host: cache.shop.svc.cluster.local}}]
---`;

  test('puts the routes of the delegate in the place of the one that delegates', () => {
    const result = meshWith(root() + DELEGATE).inside();
    expect(summary(result)).toBe('menu:50051 1');
    expect(result.timeout).toBe(7000);
    expect([result.rule?.object.name, result.virtualService?.name]).toEqual(['orders', 'order']);
    expect(result.reasons[0].text).toBe('route 0 of VirtualService shop/order, from bar/orders takes the request');
  });

  test('leaves out what does not lie within the route that delegates', () => {
    expect(summary(meshWith(root() + DELEGATE).inside({ path: '/elsewhere' }))).toBe('order:50051 1');
  });

  test('to nobody leaves the route out', () => {
    expect(summary(meshWith(root()).inside())).toBe('order:50051 1');
  });

  test('needs a delegate that is exported to the root', () => {
    expect(summary(meshWith(root() + DELEGATE.replace('spec:', "spec:\n  exportTo: ['.']")).inside())).toBe(
      'order:50051 1',
    );
    expect(summary(meshWith(root() + DELEGATE.replace('spec:', 'spec:\n  exportTo: [shop]')).inside())).toBe(
      'menu:50051 1',
    );
  });
});
