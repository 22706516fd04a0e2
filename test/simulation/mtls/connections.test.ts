import type { ClusterOptions } from '../../../src/manifests/cluster';
import type { Caller } from '../../../src/simulation/caller';
import { type Attempt, Connections } from '../../../src/simulation/mtls/connections';
import { clusterOf, serviceAt, workloadAt } from '../../support/cluster-of';

const PODS = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: legacy}
---
apiVersion: v1
kind: Namespace
metadata: {name: ambient, labels: {istio.io/dataplane-mode: ambient}}
---
${['shop', 'legacy', 'ambient', 'elsewhere']
  .map(
    (namespace) => `
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: ${namespace}, labels: {app: client}}
spec: {containers: [{name: app, image: app}]}
---
apiVersion: v1
kind: Pod
metadata: {name: server, namespace: ${namespace}, labels: {app: server}}
spec: {containers: [{name: app, image: app}]}
---
apiVersion: v1
kind: Service
metadata: {name: server-${namespace}, namespace: ${namespace}}
spec: {selector: {app: server}, ports: [{name: grpc, port: 50051}]}
`,
  )
  .join('---')}
---
apiVersion: v1
kind: Pod
metadata: {name: proxyless, namespace: shop, labels: {app: proxyless}, annotations: {inject.istio.io/templates: grpc-agent}}
spec: {containers: [{name: app, image: app}]}
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: shop, labels: {app: gateway}, annotations: {inject.istio.io/templates: gateway}}
spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: v1
kind: Pod
metadata:
  {name: deaf, namespace: shop, labels: {app: deaf}, annotations: {traffic.sidecar.istio.io/excludeInboundPorts: '50051'}}
spec: {containers: [{name: app, image: app}]}
---
apiVersion: v1
kind: Pod
metadata:
  {name: rogue, namespace: shop, labels: {app: rogue}, annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: '50051'}}
spec: {containers: [{name: app, image: app}]}
`;

function policy(namespace: string, mode: string, more = ''): string {
  return `
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: ${more ? 'workload' : 'default'}, namespace: ${namespace}}
spec: {mtls: {mode: ${mode}}${more}}
`;
}

const SERVER = ', selector: {matchLabels: {app: server}}';

interface Case extends Partial<Omit<Attempt, 'client' | 'server' | 'service'>> {
  client?: string | Caller;
  server?: string;
  yaml?: string;
  options?: ClusterOptions;
}

function open({ client = 'shop/client', server = 'shop/server', yaml = '', options, ...attempt }: Case) {
  const cluster = clusterOf(PODS + yaml, options);
  const workload = workloadAt(cluster, server);
  const [service] = cluster.servicesOf(workload);
  return Connections.of(cluster).open({
    client: typeof client === 'string' ? { kind: 'workload', workload: workloadAt(cluster, client) } : client,
    server: workload,
    containerPort: 50051,
    protocol: 'grpc',
    service,
    servicePort: 50051,
    ...attempt,
  });
}

const STRANGER: Caller = { kind: 'plaintext' };
const IDENTITY: Caller = { kind: 'principal', principal: 'cluster.local/ns/far/sa/away' };

describe('without a DestinationRule', () => {
  test.each<[string, Case, string]>([
    ['sidecars speak mutual TLS', {}, 'mtls'],
    ['sidecars speak mutual TLS where STRICT', { yaml: policy('shop', 'STRICT') }, 'mtls'],
    ['sidecars speak plaintext where DISABLE', { yaml: policy('shop', 'DISABLE') }, 'plaintext'],
    ['sidecars speak plaintext where DISABLE for the pods', { yaml: policy('shop', 'DISABLE', SERVER) }, 'plaintext'],
    [
      'sidecars are refused by a STRICT workload in a namespace that says DISABLE',
      { yaml: policy('shop', 'DISABLE') + policy('shop', 'STRICT', SERVER) },
      'refused',
    ],
    ['sidecars speak plaintext to pods without a proxy', { server: 'legacy/server' }, 'plaintext'],
    ['gateways speak mutual TLS', { client: 'shop/gateway' }, 'mtls'],
    ['an identity without pods speaks mutual TLS', { client: IDENTITY }, 'mtls'],
    [
      'an identity without pods speaks plaintext to pods without a proxy',
      { client: IDENTITY, server: 'legacy/server' },
      'plaintext',
    ],
    ['pods without a proxy speak plaintext', { client: 'legacy/client' }, 'plaintext'],
    [
      'pods without a proxy are refused where STRICT',
      { client: 'legacy/client', yaml: policy('shop', 'STRICT') },
      'refused',
    ],
    ['strangers speak plaintext', { client: STRANGER }, 'plaintext'],
    ['strangers are refused where STRICT', { client: STRANGER, yaml: policy('shop', 'STRICT') }, 'refused'],
    ['strangers reach pods without a proxy', { client: STRANGER, server: 'legacy/server' }, 'plaintext'],
    ['proxyless clients speak plaintext', { client: 'shop/proxyless' }, 'plaintext'],
    [
      'proxyless clients are refused where STRICT',
      { client: 'shop/proxyless', yaml: policy('shop', 'STRICT') },
      'refused',
    ],
    ['nobody speaks mutual TLS if the mesh does not', { options: { mesh: { enableAutoMtls: false } } }, 'plaintext'],
    ['what a proxy passes through is plaintext', { passthrough: true }, 'plaintext'],
    [
      'what a proxy passes through is refused where STRICT',
      { passthrough: true, yaml: policy('shop', 'STRICT') },
      'refused',
    ],
    ['a port that its sidecar does not intercept understands no mutual TLS', { server: 'shop/deaf' }, 'refused'],
    [
      'a port that its sidecar does not intercept takes plaintext, STRICT or not',
      { server: 'shop/deaf', client: STRANGER, yaml: policy('shop', 'STRICT') },
      'plaintext',
    ],
    ['a port that the sidecar of the client does not intercept gets plaintext', { client: 'shop/rogue' }, 'plaintext'],
    [
      'a port that the sidecar of the client does not intercept is refused where STRICT',
      { client: 'shop/rogue', yaml: policy('shop', 'STRICT') },
      'refused',
    ],
    ['ambient pods speak mutual TLS', { client: 'ambient/client', server: 'ambient/server' }, 'mtls'],
    ['ambient pods take plaintext', { client: STRANGER, server: 'ambient/server' }, 'plaintext'],
    [
      'ambient pods take plaintext, DISABLE or not',
      { client: STRANGER, server: 'ambient/server', yaml: policy('ambient', 'DISABLE') },
      'plaintext',
    ],
    [
      'ambient pods refuse plaintext where STRICT',
      { client: STRANGER, server: 'ambient/server', yaml: policy('ambient', 'STRICT') },
      'refused',
    ],
    [
      'ambient pods pass on plaintext to pods without a proxy',
      { client: 'ambient/client', server: 'legacy/server' },
      'plaintext',
    ],
  ])('%s', (_, it, outcome) => {
    expect(open(it)).toMatchObject({ outcome, missing: [] });
  });
});

describe('a DestinationRule', () => {
  test.each<[string, Case, string]>([
    ['with ISTIO_MUTUAL makes mutual TLS', { tls: 'ISTIO_MUTUAL' }, 'mtls'],
    [
      'with ISTIO_MUTUAL breaks calls to pods without a proxy',
      { tls: 'ISTIO_MUTUAL', server: 'legacy/server' },
      'refused',
    ],
    [
      'with ISTIO_MUTUAL breaks calls to a port with DISABLE',
      { tls: 'ISTIO_MUTUAL', yaml: policy('shop', 'DISABLE') },
      'refused',
    ],
    [
      'with ISTIO_MUTUAL counts where the mesh is off',
      { tls: 'ISTIO_MUTUAL', options: { mesh: { enableAutoMtls: false } } },
      'mtls',
    ],
    ['with ISTIO_MUTUAL is obeyed by proxyless clients', { tls: 'ISTIO_MUTUAL', client: 'shop/proxyless' }, 'mtls'],
    ['with DISABLE makes plaintext', { tls: 'DISABLE' }, 'plaintext'],
    ['with DISABLE breaks calls to a port with STRICT', { tls: 'DISABLE', yaml: policy('shop', 'STRICT') }, 'refused'],
    ['with SIMPLE breaks calls to a port declared gRPC', { tls: 'SIMPLE' }, 'refused'],
    ['means nothing to a client without a proxy', { tls: 'ISTIO_MUTUAL', client: 'legacy/client' }, 'plaintext'],
    ['means nothing to a stranger', { tls: 'ISTIO_MUTUAL', client: STRANGER }, 'plaintext'],
    ['means nothing for what a proxy passes through', { tls: 'ISTIO_MUTUAL', passthrough: true }, 'plaintext'],
  ])('%s', (_, it, outcome) => {
    expect(open(it)).toMatchObject({ outcome, missing: [] });
  });

  test.each<[string, Case, string]>([
    [
      'with SIMPLE reaches applications that speak TLS',
      { tls: 'SIMPLE', protocol: 'tcp' },
      'whether the application of shop/server itself speaks TLS on port 50051',
    ],
    [
      'with SIMPLE reaches pods without a proxy',
      { tls: 'SIMPLE', server: 'legacy/server' },
      'whether the application of legacy/server itself speaks TLS on port 50051',
    ],
    [
      'with MUTUAL needs the right certificate where STRICT',
      { tls: 'MUTUAL', yaml: policy('shop', 'STRICT') },
      'who signed the client certificate that the DestinationRule names',
    ],
  ])('%s, which is not known', (_, it, missing) => {
    expect(open(it)).toMatchObject({ outcome: 'unknown', missing: [missing] });
  });
});

describe('what the manifests do not say', () => {
  test.each<[string, Case, string]>([
    ['whether the client has a proxy', { client: 'elsewhere/client' }, 'the labels of namespace elsewhere'],
    [
      'whether the client has a proxy, where STRICT',
      { client: 'elsewhere/client', yaml: policy('shop', 'STRICT') },
      'the labels of namespace elsewhere',
    ],
    ['whether the server has a proxy', { server: 'elsewhere/server' }, 'the labels of namespace elsewhere'],
    ['what a gateway expects', { server: 'shop/gateway' }, 'what the Gateways of shop/gateway expect on port 50051'],
    ['whether a sidecar speaks HBONE', { server: 'ambient/server' }, 'whether the proxy of shop/client speaks HBONE'],
    ['whether a sidecar takes HBONE', { client: 'ambient/client' }, 'whether the sidecar of shop/server takes HBONE'],
    [
      'which policy is the older',
      { yaml: policy('shop', 'STRICT') + policy('shop', 'DISABLE').replace('default', 'a') },
      'which of the PeerAuthentications shop/default and shop/a is the older',
    ],
  ])('leaves it unknown: %s', (_, it, missing) => {
    expect(open(it)).toMatchObject({ outcome: 'unknown', missing: expect.arrayContaining([missing]) });
  });

  test('does not matter where both worlds end alike', () => {
    expect(open({ client: STRANGER, server: 'elsewhere/server' })).toMatchObject({ outcome: 'plaintext', missing: [] });
  });
});

describe('proxyless servers', () => {
  test.each<[string, Case, string]>([
    ['take plaintext where PERMISSIVE', { client: STRANGER, server: 'shop/proxyless' }, 'plaintext'],
    [
      'refuse plaintext where STRICT',
      { client: STRANGER, server: 'shop/proxyless', yaml: policy('shop', 'STRICT') },
      'refused',
    ],
    ['get plaintext from sidecars, for which they are not labelled', { server: 'shop/proxyless' }, 'plaintext'],
  ])('%s', (_, it, outcome) => {
    expect(open(it)).toMatchObject({ outcome, missing: [] });
  });

  const LABELLED = `
---
apiVersion: v1
kind: Pod
metadata:
  name: labelled
  namespace: shop
  labels: {security.istio.io/tlsMode: istio}
  annotations: {inject.istio.io/templates: grpc-agent}
spec: {containers: [{name: app, image: app}]}
`;

  test.each<[string, Case, string]>([
    ['take mutual TLS with the label', {}, 'mtls'],
    ['refuse plaintext with the label', { client: STRANGER }, 'refused'],
  ])('%s', (_, it, outcome) => {
    expect(open({ server: 'shop/labelled', yaml: LABELLED, ...it })).toMatchObject({ outcome, missing: [] });
  });
});

describe('a headless service', () => {
  const HEADLESS = (selector: string) => `
---
apiVersion: v1
kind: Service
metadata: {name: headless, namespace: shop}
spec: {clusterIP: None, selector: ${selector}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: v1
kind: Pod
metadata: {name: bare, namespace: shop, labels: {app: mixed, sidecar.istio.io/inject: 'false'}}
spec: {containers: [{name: app, image: app}]}
---
apiVersion: v1
kind: Pod
metadata: {name: meshed, namespace: shop, labels: {app: mixed}}
spec: {containers: [{name: app, image: app}]}
`;

  function call(selector: string, server: string) {
    const cluster = clusterOf(PODS + HEADLESS(selector));
    return Connections.of(cluster).open({
      client: { kind: 'workload', workload: workloadAt(cluster, 'shop/client') },
      server: workloadAt(cluster, server),
      containerPort: 50051,
      protocol: 'grpc',
      service: serviceAt(cluster, 'headless'),
      servicePort: 50051,
    }).outcome;
  }

  test('gets mutual TLS if all of its pods take it', () => {
    expect(call('{app: server}', 'shop/server')).toBe('mtls');
  });

  test('gets plaintext if one of its pods does not', () => {
    expect(call('{app: mixed}', 'shop/meshed')).toBe('plaintext');
  });
});

test('a service outside of the mesh gets plaintext', () => {
  const cluster = clusterOf(`${PODS}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: outside, namespace: shop}
spec:
  hosts: [outside.example.com]
  ports: [{number: 50051, name: grpc, protocol: GRPC}]
  workloadSelector: {labels: {app: server}}
  resolution: STATIC
`);
  const attempt: Attempt = {
    client: { kind: 'workload', workload: workloadAt(cluster, 'shop/client') },
    server: workloadAt(cluster, 'shop/server'),
    containerPort: 50051,
    protocol: 'grpc',
  };
  const connections = Connections.of(cluster);
  expect(connections.open({ ...attempt, service: serviceAt(cluster, 'outside.example.com') }).outcome).toBe(
    'plaintext',
  );
  expect(connections.open({ ...attempt, service: serviceAt(cluster, 'server-shop') }).outcome).toBe('mtls');
});

test('the reasons tell the whole story', () => {
  expect(open({ client: 'legacy/client', yaml: policy('shop', 'STRICT') }).reasons.map(({ text }) => text)).toEqual([
    'legacy/client has no proxy, and speaks plaintext',
    'PeerAuthentication shop/default says STRICT for namespace shop',
    'port 50051 of shop/server: STRICT resets plaintext connections',
  ]);
});
