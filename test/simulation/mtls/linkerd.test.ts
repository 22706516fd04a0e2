import { Linkerd } from '../../../src/simulation/mtls/linkerd';
import { clusterOf, workloadAt } from '../../support/cluster-of';

interface Case {
  readonly namespace?: string;
  readonly pod?: string;
  readonly yaml?: string;
}

function linkerd({ namespace = '{linkerd.io/inject: enabled}', pod = '{}', yaml = '' }: Case) {
  const cluster = clusterOf(`
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: ${namespace}}
---
apiVersion: v1
kind: Pod
metadata: {name: order, namespace: shop, labels: {app: order}, annotations: ${pod}}
spec: {containers: [{name: app, image: app, ports: [{name: grpc, containerPort: 50051}]}]}
---
${yaml}`);
  const workload = workloadAt(cluster, 'shop/order');
  return { injects: Linkerd.of(cluster).injects(workload), ...Linkerd.of(cluster).encryptionOf(workload, 50051) };
}

describe('Linkerd injects its proxy', () => {
  test.each<[string, Case, boolean]>([
    ['where the namespace says so', {}, true],
    ['where the pods say so', { namespace: '{}', pod: '{linkerd.io/inject: enabled}' }, true],
    ['where the pods say ingress', { namespace: '{}', pod: '{linkerd.io/inject: ingress}' }, true],
    ['not where the pods say no', { pod: '{linkerd.io/inject: disabled}' }, false],
    ['not where nobody says so', { namespace: '{}' }, false],
    ['where it has', { namespace: '{}', pod: '{linkerd.io/proxy-version: edge-25.1.1}' }, true],
  ])('%s: %#', (_, it, injects) => {
    expect(linkerd(it).injects).toBe(injects);
  });
});

const DEFAULT = 'config.linkerd.io/default-inbound-policy';

const server = (spec: string) => `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: order-grpc, namespace: shop}
spec: ${spec}
---
`;
const SERVER = server('{podSelector: {matchLabels: {app: order}}, port: grpc}');

const policy = (target: string, refs: string) => `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: policy, namespace: shop}
spec: {targetRef: ${target}, requiredAuthenticationRefs: [${refs}]}
---
`;
const TARGET = '{group: policy.linkerd.io, kind: Server, name: order-grpc}';
const TLS = '{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: anyone}';
const NETWORK = '{group: policy.linkerd.io, kind: NetworkAuthentication, name: office}';
const ROUTE = `
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: route, namespace: shop}
spec: {parentRefs: [{group: policy.linkerd.io, kind: Server, name: order-grpc}]}
---
`;

describe('a port of Linkerd', () => {
  test.each<[string, Case, string]>([
    ['takes plaintext as it is installed', {}, 'optional'],
    [
      'takes none where the namespace says so',
      { namespace: `{linkerd.io/inject: enabled, ${DEFAULT}: all-authenticated}` },
      'encrypted',
    ],
    ['takes none where the pods say so', { pod: `{${DEFAULT}: cluster-authenticated}` }, 'encrypted'],
    ['takes nothing where the pods say so', { pod: `{${DEFAULT}: deny}` }, 'encrypted'],
    [
      'takes plaintext where the pods say so',
      { namespace: `{${DEFAULT}: deny}`, pod: `{${DEFAULT}: all-unauthenticated}` },
      'optional',
    ],
    ['takes plaintext where it is only audited', { pod: `{${DEFAULT}: audit}` }, 'optional'],
    [
      'is all plaintext where it is skipped',
      { pod: "{config.linkerd.io/skip-inbound-ports: '25,50000-50100'}" },
      'plaintext',
    ],
    ['is not skipped for others', { pod: "{config.linkerd.io/skip-inbound-ports: '25,5000'}" }, 'optional'],
    ['takes nothing by a Server alone', { yaml: SERVER }, 'encrypted'],
    [
      'takes what its Server says',
      { yaml: server('{podSelector: {}, port: 50051, accessPolicy: all-unauthenticated}') },
      'optional',
    ],
    [
      'does not take what the Server of another port says',
      { yaml: server('{podSelector: {}, port: 8080}') },
      'optional',
    ],
    [
      'does not take what the Server of other pods says',
      { yaml: server('{podSelector: {matchLabels: {app: x}}, port: grpc}') },
      'optional',
    ],
    ['takes no plaintext by identity', { yaml: SERVER + policy(TARGET, TLS) }, 'encrypted'],
    ['takes plaintext by network', { yaml: SERVER + policy(TARGET, NETWORK) }, 'optional'],
    [
      'takes no plaintext by network and identity',
      { yaml: SERVER + policy(TARGET, `${NETWORK}, ${TLS}`) },
      'encrypted',
    ],
    [
      'takes plaintext by network for its namespace',
      { yaml: SERVER + policy('{kind: Namespace, name: shop}', NETWORK) },
      'optional',
    ],
    [
      'takes plaintext by network for a route',
      { yaml: SERVER + ROUTE + policy('{group: gateway.networking.k8s.io, kind: GRPCRoute, name: route}', NETWORK) },
      'optional',
    ],
    [
      'takes none by network for the route of another',
      { yaml: SERVER + policy('{group: gateway.networking.k8s.io, kind: GRPCRoute, name: route}', NETWORK) },
      'encrypted',
    ],
    [
      'is not known where policies of an older kind are',
      {
        yaml: `${SERVER}
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata: {name: old, namespace: shop}
spec: {server: {name: order-grpc}, client: {unauthenticated: true}}
`,
      },
      'unknown',
    ],
  ])('%s: %#', (_, it, status) => {
    expect(linkerd(it).status).toBe(status);
  });

  test('names who decided', () => {
    expect(linkerd({ yaml: SERVER }).reasons).toMatchObject([
      { text: 'Server shop/order-grpc has accessPolicy deny', object: { name: 'order-grpc' } },
    ]);
  });
});
