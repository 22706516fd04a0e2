import type { ClusterOptions } from '../../../src/manifests/cluster';
import { SidecarScopes } from '../../../src/simulation/visibility/sidecar-scopes';
import { clusterOf, serviceAt, workloadAt } from '../../support/cluster-of';

function namespace(name: string, labels = '{istio-injection: enabled}'): string {
  return `
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: ${labels}}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: ${name}, labels: {app: client}}
spec: {containers: [{name: app, image: app}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}-order, namespace: ${name}}
spec: {selector: {app: order}, ports: [{name: grpc, port: 50051}, {name: http, port: 80}]}
---
`;
}

const CLUSTER = `
${namespace('shop')}
${namespace('bar')}
${namespace('legacy', '{}')}
${namespace('ambient', '{istio.io/dataplane-mode: ambient}')}
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: shop, labels: {app: gateway}, annotations: {inject.istio.io/templates: gateway}}
spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: elsewhere, labels: {app: client}}
spec: {containers: [{name: app, image: app}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: example, namespace: bar}
spec:
  hosts: [api.example.com, '*.wild.com']
  ports: [{number: 443, name: https}]
  exportTo: [bar, shop]
`;

interface SidecarOptions {
  readonly in?: string;
  readonly name?: string;
  readonly created?: string;
}

function sidecar(spec: string, { in: place = 'shop', name = 'default', created }: SidecarOptions = {}): string {
  const timestamp = created ? `, creationTimestamp: '${created}'` : '';
  return `
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: ${name}, namespace: ${place}${timestamp}}
spec: ${spec}
`;
}

function hosts(...list: string[]): string {
  return `{egress: [{hosts: ${JSON.stringify(list)}}]}`;
}

interface Case extends ClusterOptions {
  readonly from?: string;
  readonly port?: number;
  readonly malformed?: boolean;
}

function sees(yaml: string, service: string, { from = 'shop/client', port = 50051, ...options }: Case = {}) {
  const cluster = clusterOf(CLUSTER + yaml, options);
  const called = serviceAt(cluster, service);
  return SidecarScopes.of(cluster).sees(workloadAt(cluster, from), called, port);
}

const FULL = 'bar-order.bar.svc.cluster.local';

describe('a sidecar sees', () => {
  test.each<[string, string, string, string]>([
    ['all without a Sidecar', '', 'bar-order', 'allow'],
    ['all with a Sidecar that says nothing of egress', sidecar('{outboundTrafficPolicy: {}}'), 'bar-order', 'allow'],
    ['all that it imports', sidecar(hosts('bar/*')), 'bar-order', 'allow'],
    ['nothing that it does not', sidecar(hosts('bar/*')), 'shop-order', 'deny'],
    ['its own namespace by a dot', sidecar(hosts('./*')), 'shop-order', 'allow'],
    ['only its own namespace by a dot', sidecar(hosts('./*')), 'bar-order', 'deny'],
    ['any namespace by a star', sidecar(hosts('*/*')), 'bar-order', 'allow'],
    ['one host', sidecar(hosts(`bar/${FULL}`)), 'bar-order', 'allow'],
    ['one host of any namespace', sidecar(hosts(`*/${FULL}`)), 'bar-order', 'allow'],
    ['not the one host of another namespace', sidecar(hosts(`shop/${FULL}`)), 'bar-order', 'deny'],
    ['hosts by a wildcard', sidecar(hosts('*/*.bar.svc.cluster.local')), 'bar-order', 'allow'],
    ['not hosts of another wildcard', sidecar(hosts('*/*.shop.svc.cluster.local')), 'bar-order', 'deny'],
    ['nothing with a tilde', sidecar(hosts('~/*')), 'shop-order', 'deny'],
    ['not what a tilde takes out of a namespace', sidecar(hosts('*/*', '~bar/*')), 'bar-order', 'deny'],
    ['what a tilde leaves of others', sidecar(hosts('*/*', '~bar/*')), 'shop-order', 'allow'],
    ['not the one host that a tilde takes out', sidecar(hosts('bar/*', `~bar/${FULL}`)), 'bar-order', 'deny'],
    ['not what a tilde takes out everywhere', sidecar(hosts('bar/*', `~*/${FULL}`)), 'bar-order', 'deny'],
    ['what a tilde takes out of another namespace', sidecar(hosts('*/*', '~legacy/*')), 'bar-order', 'allow'],
    [
      'what the second listener imports',
      sidecar('{egress: [{hosts: [bar/*], port: {number: 80, protocol: HTTP, name: h}}, {hosts: [shop/*]}]}'),
      'shop-order',
      'allow',
    ],
  ])('%s', (_, yaml, service, outcome) => {
    expect(sees(yaml, service).outcome).toBe(outcome);
  });
});

describe('a listener with a port', () => {
  const yaml = sidecar('{egress: [{hosts: [bar/*], port: {number: 80, protocol: HTTP, name: h}}, {hosts: [shop/*]}]}');

  test('serves the port that it names', () => {
    expect(sees(yaml, 'bar-order', { port: 80 }).outcome).toBe('allow');
  });

  test('serves no other port', () => {
    expect(sees(yaml, 'bar-order').outcome).toBe('deny');
  });

  test('takes its port away from the listener of all ports', () => {
    expect(sees(yaml, 'shop-order', { port: 80 }).outcome).toBe('deny');
  });

  test('leaves nothing to serve other ports where it is alone', () => {
    const alone = sidecar('{egress: [{hosts: [bar/*], port: {number: 80, protocol: HTTP, name: h}}]}');
    expect(sees(alone, 'bar-order')).toMatchObject({
      outcome: 'deny',
      reasons: [{ text: 'Sidecar shop/default has no egress listener for port 50051' }],
    });
  });

  test('with an address of its own is for those who connect to that', () => {
    const apart = sidecar(
      '{egress: [{hosts: [bar/*], bind: 127.0.0.1, port: {number: 50051, protocol: GRPC, name: g}}, {hosts: [shop/*]}]}',
    );
    expect(sees(apart, 'bar-order')).toMatchObject({
      outcome: 'unknown',
      missing: ['the address to which the client connects'],
    });
    expect(sees(apart, 'shop-order').outcome).toBe('allow');
  });
});

describe('of several Sidecars', () => {
  const narrow = '{workloadSelector: {labels: {app: client}}, egress: [{hosts: [shop/*]}]}';
  const root = { in: 'istio-system', name: 'root' };

  test.each<[string, string, string]>([
    ['the one of the mesh counts', sidecar(hosts('shop/*'), root), 'deny'],
    ['a dot in the one of the mesh is the namespace of the client', sidecar(hosts('./*'), root), 'deny'],
    [
      'that of the namespace counts before that of the mesh',
      sidecar(hosts('shop/*'), root) + sidecar(hosts('bar/*')),
      'allow',
    ],
    [
      'that of the workload counts before that of the namespace',
      sidecar(hosts('bar/*')) + sidecar(narrow, { name: 'narrow' }),
      'deny',
    ],
    [
      'that of another workload does not count',
      sidecar(hosts('bar/*')) + sidecar(narrow.replace('client', 'x'), { name: 'narrow' }),
      'allow',
    ],
    ['that of a workload in another namespace does not count', sidecar(narrow, { in: 'bar' }), 'allow'],
    ['that of a workload in the root namespace does not count elsewhere', sidecar(narrow, root), 'allow'],
    ['that of another namespace does not count', sidecar(hosts('./*'), { in: 'bar' }), 'allow'],
    [
      'the oldest counts',
      sidecar(hosts('shop/*'), { created: '2024-02-01T00:00:00Z' }) +
        sidecar(hosts('bar/*'), { name: 'second', created: '2024-01-01T00:00:00Z' }),
      'allow',
    ],
    ['the first counts', sidecar(hosts('shop/*'), { name: 'a' }) + sidecar(hosts('bar/*'), { name: 'b' }), 'deny'],
  ])('%s', (_, yaml, outcome) => {
    expect(sees(yaml, 'bar-order').outcome).toBe(outcome);
  });

  test('a dot in the one of the mesh shows a client its own namespace', () => {
    expect(sees(sidecar(hosts('./*'), root), 'shop-order').outcome).toBe('allow');
  });

  test('the first may not count if its name is not the first', () => {
    const yaml = sidecar(hosts('shop/*'), { name: 'b' }) + sidecar(hosts('bar/*', './*'), { name: 'a' });
    expect(sees(yaml, 'bar-order')).toMatchObject({
      outcome: 'unknown',
      missing: ['which of the Sidecars shop/b and shop/a is the older'],
    });
    expect(sees(yaml, 'shop-order').outcome).toBe('allow');
  });

  test('a malformed one could say something else', () => {
    const yaml = sidecar('{egress: [{hosts: shop}]}');
    expect(sees(yaml, 'bar-order', { malformed: true })).toMatchObject({
      outcome: 'unknown',
      missing: ['what the malformed Sidecar shop/default is meant to say'],
    });
    expect(sees(yaml, 'bar-order', { from: 'bar/client', malformed: true }).outcome).toBe('allow');
  });

  test('one whose kind is misspelt could be one', () => {
    const meant = sidecar('{egress: [{hosts: [shop/*]}]}');
    expect(sees(meant, 'bar-order').outcome).toBe('deny');
    expect(sees(meant.replace('kind: Sidecar', 'kind: Sidecr'), 'bar-order', { malformed: true }).outcome).toBe(
      'unknown',
    );
  });
});

describe('exportTo', () => {
  test('shows a service to the namespaces that it names', () => {
    expect(sees('', 'api.example.com', { port: 443 }).outcome).toBe('allow');
  });

  test('hides it from others, though they import it', () => {
    const yaml = sidecar(hosts('*/*'), { in: 'legacy' });
    const meshed = { from: 'elsewhere/client', injected: ['elsewhere'], port: 443 };
    expect(sees(yaml, 'api.example.com', meshed)).toMatchObject({
      outcome: 'deny',
      reasons: [
        {
          text: 'api.example.com is exported to bar, shop, not to namespace elsewhere',
          path: ['spec', 'exportTo'],
        },
      ],
    });
  });

  test('holds for gateways, as Sidecars do not', () => {
    const from = 'shop/gateway';
    expect(sees(sidecar(hosts('./*')), 'bar-order', { from }).outcome).toBe('allow');
    const mesh = { defaultServiceExportTo: ['.'] };
    expect(sees('', 'bar-order', { from, mesh }).outcome).toBe('deny');
    expect(sees('', 'shop-order', { from, mesh }).outcome).toBe('allow');
  });

  test('is written on a Service as an annotation', () => {
    const yaml = `
---
apiVersion: v1
kind: Service
metadata: {name: private, namespace: bar, annotations: {networking.istio.io/exportTo: '., legacy'}}
spec: {ports: [{name: grpc, port: 50051}]}
`;
    expect(sees(yaml, 'private').outcome).toBe('deny');
    expect(sees(yaml, 'private', { from: 'bar/client' }).outcome).toBe('allow');
  });
});

describe('a client without a sidecar', () => {
  const yaml = sidecar(hosts('./*'), { in: 'istio-system' });

  test.each(['legacy/client', 'ambient/client'])('sees all: %s', (from) => {
    expect(sees(yaml, 'bar-order', { from }).outcome).toBe('allow');
  });

  test('is not seen as one where the namespace does not say', () => {
    expect(sees(yaml, 'bar-order', { from: 'elsewhere/client' })).toMatchObject({
      outcome: 'unknown',
      missing: ['the labels of namespace elsewhere'],
    });
  });

  test('sees what it would see either way', () => {
    expect(sees('', 'bar-order', { from: 'elsewhere/client' }).outcome).toBe('allow');
  });

  test('that we do not know sees all', () => {
    const cluster = clusterOf(CLUSTER + yaml);
    const scopes = SidecarScopes.of(cluster);
    expect(scopes.sees(undefined, serviceAt(cluster, 'bar-order'), 50051).outcome).toBe('allow');
  });
});

test('no client sees a port that the service does not have', () => {
  expect(sees('', 'bar-order', { port: 8080 })).toMatchObject({
    outcome: 'deny',
    reasons: [{ text: `${FULL} has no port 8080` }],
  });
});

test('a decision names the host that imports', () => {
  expect(sees(sidecar(hosts('./*', 'bar/*')), 'bar-order').reasons).toMatchObject([
    {
      object: { name: 'default' },
      path: ['spec', 'egress', 0, 'hosts', 1],
      text: `Sidecar shop/default imports ${FULL}`,
    },
  ]);
});

describe('the services that a client sees', () => {
  function visible(yaml: string, from?: string): string[] {
    const cluster = clusterOf(CLUSTER + yaml);
    const workload = from === undefined ? undefined : workloadAt(cluster, from);
    return SidecarScopes.of(cluster)
      .visibleServices(workload)
      .map(({ name, kind, host }) => (kind === 'Service' ? name : host));
  }

  const ALL = ['shop-order', 'bar-order', 'legacy-order', 'ambient-order', 'api.example.com', '*.wild.com'];

  test.each<[string, string, string | undefined, string[]]>([
    ['are all', '', 'shop/client', ALL],
    [
      'are those of its Sidecar',
      sidecar(hosts('./*', 'bar/api.example.com')),
      'shop/client',
      ['shop-order', 'api.example.com'],
    ],
    [
      'are those of which it sees one port',
      sidecar('{egress: [{hosts: [bar/*], port: {number: 80, protocol: HTTP, name: h}}]}'),
      'shop/client',
      ['bar-order'],
    ],
    ['are those that are exported to its gateway', sidecar(hosts('./*')), 'shop/gateway', ALL],
    ['are all where it may have no proxy', sidecar(hosts('./*'), { in: 'elsewhere' }), 'elsewhere/client', ALL],
    ['are all where we do not know it', sidecar(hosts('./*'), { in: 'istio-system' }), undefined, ALL],
  ])('%s', (_, yaml, from, services) => {
    expect(visible(yaml, from)).toEqual(services);
  });
});

describe('calls to what a client does not see', () => {
  function policyOf(yaml: string, { from = 'shop/client', ...options }: Case = {}) {
    const cluster = clusterOf(CLUSTER + yaml, options);
    return SidecarScopes.of(cluster).outboundPolicyOf(workloadAt(cluster, from));
  }

  test.each<[string, string, Case, string]>([
    ['leave as Istio is installed', '', {}, 'ALLOW_ANY'],
    ['leave or end as the mesh says', '', { mesh: { outboundTrafficPolicy: 'REGISTRY_ONLY' } }, 'REGISTRY_ONLY'],
    ['end where a Sidecar says so', sidecar('{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}'), {}, 'REGISTRY_ONLY'],
    ['end where a Sidecar says nothing in so many words', sidecar('{outboundTrafficPolicy: {}}'), {}, 'REGISTRY_ONLY'],
    ['leave where a Sidecar says only what is seen', sidecar(hosts('./*')), {}, 'ALLOW_ANY'],
    [
      'leave where a Sidecar says so and the mesh does not',
      sidecar('{outboundTrafficPolicy: {mode: ALLOW_ANY}}'),
      { mesh: { outboundTrafficPolicy: 'REGISTRY_ONLY' } },
      'ALLOW_ANY',
    ],
    [
      'leave from pods without a sidecar',
      '',
      { from: 'legacy/client', mesh: { outboundTrafficPolicy: 'REGISTRY_ONLY' } },
      'ALLOW_ANY',
    ],
  ])('%s', (_, yaml, options, mode) => {
    expect(policyOf(yaml, options).mode).toBe(mode);
  });

  test('are decided by an object that is named', () => {
    expect(policyOf(sidecar('{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}')).reasons).toMatchObject([
      { object: { name: 'default' }, path: ['spec', 'outboundTrafficPolicy'] },
    ]);
  });
});

describe('a VirtualService', () => {
  function read(
    yaml: string,
    config: { hosts: string[]; namespace?: string; exportTo?: string[] },
    port?: number,
    from = 'shop/client',
  ) {
    const cluster = clusterOf(CLUSTER + yaml);
    const routes = { namespace: 'bar', exportTo: ['*'], ...config };
    return SidecarScopes.of(cluster).seesRoutes(workloadAt(cluster, from), routes, port);
  }

  test.each<[string, string, Parameters<typeof read>[1], boolean]>([
    ['is read by all', '', { hosts: [FULL] }, true],
    ['is read if one of its hosts is imported', sidecar(hosts(`bar/${FULL}`)), { hosts: ['x.com', FULL] }, true],
    ['is not read if none is', sidecar(hosts(`bar/${FULL}`)), { hosts: ['x.com'] }, false],
    [
      'is not read if it is in another namespace',
      sidecar(hosts(`bar/${FULL}`)),
      { hosts: [FULL], namespace: 'shop' },
      false,
    ],
    ['is read for a wildcard that covers what is imported', sidecar(hosts('bar/a.com')), { hosts: ['*.com'] }, true],
    ['is not read for a wildcard that does not', sidecar(hosts('bar/a.com')), { hosts: ['*.org'] }, false],
    ['is read for a wildcard within what is imported', sidecar(hosts('bar/*.com')), { hosts: ['*.a.com'] }, true],
    ['is not read if its host is taken out', sidecar(hosts('bar/*', `~bar/${FULL}`)), { hosts: [FULL] }, false],
    ['is not read if it is not exported', '', { hosts: [FULL], exportTo: ['.'] }, false],
    ['is read if it is exported to the namespace', '', { hosts: [FULL], exportTo: ['shop'] }, true],
  ])('%s', (_, yaml, config, seen) => {
    expect(read(yaml, config)).toBe(seen);
  });

  test('is read for the ports whose listener imports it', () => {
    const yaml = sidecar(
      '{egress: [{hosts: [bar/*], port: {number: 80, protocol: HTTP, name: h}}, {hosts: [shop/*]}]}',
    );
    expect(read(yaml, { hosts: [FULL] })).toBe(true);
    expect(read(yaml, { hosts: [FULL] }, 80)).toBe(true);
    expect(read(yaml, { hosts: [FULL] }, 50051)).toBe(false);
  });

  test('is not read where there is no proxy', () => {
    expect(read('', { hosts: [FULL] }, undefined, 'legacy/client')).toBe(false);
  });
});
