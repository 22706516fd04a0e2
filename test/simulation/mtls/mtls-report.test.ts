import { type MtlsRow, mtls } from '../../../src/simulation/mtls/mtls-report';
import { clusterOf } from '../../support/cluster-of';

const NAMESPACES = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: legacy}
`;

function pod(id: string, more = ''): string {
  const [namespace, name] = id.split('/');
  return `
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}${more}}
spec: {containers: [{name: app, image: app, ports: [{containerPort: 50051}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: {app: ${name}}, ports: [{name: grpc, port: 80, targetPort: 50051}]}
`;
}

const PODS = NAMESPACES + pod('shop/order') + pod('shop/payment') + pod('legacy/batch');

function policy(mode: string, { spec = '', name = 'default' } = {}): string {
  return `
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: ${name}, namespace: shop}
spec: {mtls: {mode: ${mode}}${spec}}
`;
}

function rule(spec: string, namespace = 'shop'): string {
  return `
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: rule, namespace: ${namespace}}
spec: ${spec}
`;
}

/** `shop/order 50051 istio PERMISSIVE optional`, and whom it locks out. */
function report(yaml: string): Record<string, string> {
  const line = ({ workload, port, mesh, mode, status, lockedOut }: MtlsRow): [string, string] => {
    const out = lockedOut.flatMap(({ clients }) => clients.map(({ id }) => id));
    const said = [mesh, mode, status].filter(Boolean).join(' ');
    return [`${workload.id} ${port.number}`, out.length > 0 ? `${said}, not for ${out.join(' ')}` : said];
  };
  return Object.fromEntries(mtls(clusterOf(yaml)).rows.map(line));
}

describe('a row of the report', () => {
  test('is optional where PERMISSIVE, and plaintext where there is no proxy', () => {
    expect(report(PODS)).toEqual({
      'shop/order 50051': 'istio PERMISSIVE optional',
      'shop/payment 50051': 'istio PERMISSIVE optional',
      'legacy/batch 50051': 'none plaintext',
    });
  });

  test('is encrypted where STRICT, and locks out who has no proxy', () => {
    expect(report(PODS + policy('STRICT'))).toMatchObject({
      'shop/order 50051': 'istio STRICT encrypted, not for legacy/batch',
      'legacy/batch 50051': 'none plaintext',
    });
  });

  test('is plaintext where DISABLE', () => {
    expect(report(PODS + policy('DISABLE'))).toMatchObject({ 'shop/order 50051': 'istio DISABLE plaintext' });
  });

  test('locks out who is told to speak plaintext', () => {
    const dr = rule('{host: payment, trafficPolicy: {tls: {mode: DISABLE}}}');
    expect(report(PODS + policy('STRICT') + dr)).toMatchObject({
      'shop/order 50051': 'istio STRICT encrypted, not for legacy/batch',
      'shop/payment 50051': 'istio STRICT encrypted, not for shop/order legacy/batch',
    });
  });

  test('locks out who is told to speak mutual TLS to a pod without a proxy', () => {
    const dr = rule('{host: batch, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}', 'legacy');
    expect(report(PODS + dr)).toMatchObject({
      'legacy/batch 50051': 'none plaintext, not for shop/order shop/payment',
    });
  });

  test('locks out the workload that a DestinationRule selects, and not its neighbours', () => {
    const dr = rule(
      '{host: payment, workloadSelector: {matchLabels: {app: order}}, trafficPolicy: {tls: {mode: DISABLE}}}',
    );
    expect(report(PODS + pod('shop/cart') + policy('STRICT') + dr)).toMatchObject({
      'shop/payment 50051': 'istio STRICT encrypted, not for shop/order legacy/batch',
    });
  });

  test('locks out whom a Sidecar keeps from knowing the service, unless calls end there anyway', () => {
    const sidecar = (mode: string) => `
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [~/*]}], outboundTrafficPolicy: {mode: ${mode}}}
`;
    expect(report(PODS + policy('STRICT') + sidecar('ALLOW_ANY'))).toMatchObject({
      'shop/payment 50051': 'istio STRICT encrypted, not for shop/order legacy/batch',
    });
    expect(report(PODS + policy('STRICT') + sidecar('REGISTRY_ONLY'))).toMatchObject({
      'shop/payment 50051': 'istio STRICT encrypted, not for legacy/batch',
    });
  });

  test('locks out all sidecars where the namespace disables what the workload wants', () => {
    const strict = policy('STRICT', { name: 'payment', spec: ', selector: {matchLabels: {app: payment}}' });
    expect(report(PODS + policy('DISABLE') + strict)).toMatchObject({
      'shop/order 50051': 'istio DISABLE plaintext',
      'shop/payment 50051': 'istio STRICT encrypted, not for shop/order legacy/batch',
    });
  });

  test('is plaintext for a port that the sidecar does not intercept', () => {
    const deaf = pod('shop/deaf', ", annotations: {traffic.sidecar.istio.io/excludeInboundPorts: '50051'}");
    expect(report(NAMESPACES + deaf + policy('STRICT'))).toEqual({ 'shop/deaf 50051': 'istio plaintext' });
  });

  test('is unknown where the namespace is not among the manifests', () => {
    expect(report(pod('elsewhere/order'))).toEqual({ 'elsewhere/order 50051': 'unknown unknown' });
  });

  test('is unknown where two policies could be the older', () => {
    const two = policy('STRICT', { name: 'b' }) + policy('DISABLE', { name: 'a' });
    expect(report(NAMESPACES + pod('shop/order') + two)).toEqual({ 'shop/order 50051': 'istio STRICT unknown' });
  });

  describe('of a gateway, whose servers decide', () => {
    const pods = NAMESPACES + pod('shop/gateway', ', annotations: {inject.istio.io/templates: gateway}');
    const gateway = (app: string, ...servers: string[]) => `
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${app}, namespace: shop}
spec:
  selector: {app: ${app}}
  servers: [${servers}]
`;
    const server = (port: number, protocol: string, more = '', name = 'a') =>
      `{port: {number: ${port}, name: ${name}, protocol: ${protocol}}, hosts: [${name}.example]${more}}`;
    const tls = (mode: string) => `, tls: {mode: ${mode}, credentialName: tls}`;

    test.each([
      ['is unknown where there is none', '', 'unknown'],
      ['is unknown where none is for these pods', gateway('other', server(80, 'HTTPS', tls('SIMPLE'))), 'unknown'],
      ['is unknown where none is for the port', gateway('gateway', server(443, 'HTTPS', tls('SIMPLE'))), 'unknown'],
      ['is encrypted with SIMPLE', gateway('gateway', server(80, 'HTTPS', tls('SIMPLE'))), 'encrypted'],
      ['is encrypted with MUTUAL', gateway('gateway', server(80, 'HTTPS', tls('MUTUAL'))), 'encrypted'],
      ['is encrypted with ISTIO_MUTUAL', gateway('gateway', server(80, 'TLS', tls('ISTIO_MUTUAL'))), 'encrypted'],
      ['is plaintext without TLS', gateway('gateway', server(80, 'GRPC')), 'plaintext'],
      [
        'is plaintext where it only redirects',
        gateway('gateway', server(80, 'HTTP', ', tls: {httpsRedirect: true}')),
        'plaintext',
      ],
      ['is unknown of HTTPS without TLS, which Istio refuses', gateway('gateway', server(80, 'HTTPS')), 'unknown'],
      [
        'is unknown where Envoy refuses the port, for two servers of one name',
        gateway(
          'gateway',
          server(80, 'HTTPS', tls('SIMPLE')).replace('a.example', 'shop/x.example'),
          server(80, 'HTTPS', tls('SIMPLE'), 'b').replace('b.example', 'bank/x.example'),
        ),
        'unknown',
      ],
      [
        'is unknown where one takes TLS, and another does not',
        gateway('gateway', server(80, 'HTTPS', tls('SIMPLE')), server(80, 'HTTP', '', 'b')),
        'unknown',
      ],
    ])('%s', (_, objects, status) => {
      expect(report(pods + objects)).toEqual({ 'shop/gateway 50051': `istio ${status}` });
    });

    test('names the server', () => {
      const yaml = pods + gateway('gateway', server(80, 'HTTPS', tls('MUTUAL')));
      const [{ reasons }] = mtls(clusterOf(yaml)).rows;
      expect(reasons).toMatchObject([
        { text: 'Gateway shop/gateway takes TLS of mode MUTUAL on port 80', path: ['spec', 'servers', 0] },
      ]);
    });
  });

  test('is optional in ambient mode unless STRICT', () => {
    const ambient = pod('shop/order').replace('{app: order}', '{app: order, istio.io/dataplane-mode: ambient}');
    const bare = NAMESPACES.replace('istio-injection: enabled', 'team: tea');
    expect(report(bare + ambient)).toEqual({ 'shop/order 50051': 'istio PERMISSIVE optional' });
    expect(report(bare + ambient + policy('DISABLE'))).toEqual({ 'shop/order 50051': 'istio DISABLE optional' });
    expect(report(bare + ambient + policy('STRICT'))).toEqual({ 'shop/order 50051': 'istio STRICT encrypted' });
  });

  test('is that of Linkerd for pods that it injects, and locks out others', () => {
    const linkerd = pod(
      'legacy/order',
      ', annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: all-authenticated}',
    );
    expect(report(NAMESPACES + linkerd + pod('legacy/batch'))).toEqual({
      'legacy/order 50051': 'linkerd encrypted, not for legacy/batch',
      'legacy/batch 50051': 'none plaintext',
    });
  });

  test('is that of Cilium for pods without a proxy', () => {
    const cilium = `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-wireguard: 'true'}
`;
    expect(report(NAMESPACES + pod('legacy/batch') + pod('shop/order') + cilium)).toEqual({
      'legacy/batch 50051': 'cilium encrypted',
      'shop/order 50051': 'istio PERMISSIVE optional',
    });
  });
});

test('a port behind no service is STRICT for clients that dial the pod, for whom no proxy speaks', () => {
  const bare = pod('shop/order').split('---\napiVersion: v1\nkind: Service')[0];
  expect(report(NAMESPACES + bare + pod('shop/payment') + policy('STRICT'))).toMatchObject({
    'shop/order 50051': 'istio STRICT encrypted, not for shop/payment',
  });
});

describe('the ports of a workload', () => {
  const yaml = `${NAMESPACES}
---
apiVersion: v1
kind: Pod
metadata: {name: order, namespace: shop, labels: {app: order}}
spec:
  containers:
    - name: app
      image: app
      ports: [{name: grpc, containerPort: 50051}, {name: metrics, containerPort: 9090}, {containerPort: 53, protocol: UDP}]
---
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {selector: {app: order}, ports: [{name: grpc, port: 80, targetPort: grpc}, {name: http, port: 81, targetPort: 8080}, {name: dns, port: 53, protocol: UDP}]}
`;

  test('are those behind services and those that containers declare, but for UDP', () => {
    const ports = mtls(clusterOf(yaml)).rows.map(({ port }) => [port.number, port.protocol, port.fronts.length]);
    expect(ports).toEqual([
      [8080, 'http', 1],
      [9090, 'auto', 0],
      [50051, 'grpc', 1],
    ]);
  });
});
