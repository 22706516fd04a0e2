import { ApiObject } from 'cdk8s';
import {
  GatewayWorkload,
  GrpcWebGateway,
  MeshIngress,
  type MeshIngressProps,
  MeshPort,
  MeshService,
  TlsCertificate,
  Workload,
  ZeroTrustNamespace,
} from '../../../src';
import { admits } from '../../support/admits';
import { connects, enters, leaves } from '../../support/connects';
import { Manifests } from '../../support/manifests';
import { preflight, routeOf } from '../../support/routes';
import { coffeeShop, order, payment, paymentApi } from '../../support/shop';

const host = 'api.coffee.example';
const partners = 'partners.coffee.example';
const origin = 'https://coffee.example';
const charge = '/coffee.v1.Payment/Charge';
const refund = '/coffee.v1.Payment/Refund';
const place = '/coffee.v1.Order/PlaceOrder';
const insecurePlaintext = { reason: 'a laptop' };

/**
 * On `host`: Charge natively, PlaceOrder for browsers, `/login` and `/static/` of a frontend; on `partners`: Refund.
 * The frontend has a port that nobody exposes, and in the kitchen there is a payment that has nothing to do with it.
 */
function edge(props: Partial<MeshIngressProps> = {}): Manifests {
  const { app, shop } = coffeeShop();
  const ingress = new MeshIngress(shop, 'edge', {
    host,
    otherHosts: [partners],
    gateway: GatewayWorkload.own(),
    ...(!props.insecurePlaintext && { certificate: TlsCertificate.fromSecret('coffee-tls') }),
    ...props,
  });
  const server = payment(shop);
  const ports = [MeshPort.http(8080), MeshPort.http(9090, { name: 'admin' })];
  const frontend = new MeshService(shop, 'frontend', {
    workload: Workload.image('ghcr.io/acme/frontend:1.0.0'),
    ports,
  });
  ingress.expose(server, ['Charge'], { host: props.host ?? host });
  ingress.expose(server, ['Refund'], { host: partners });
  ingress.expose(frontend, ['/login', '/static/'], { port: 'http', host: props.host ?? host });
  const web = new GrpcWebGateway(shop, 'web', { ingress, origins: [origin] });
  web.expose(order(shop), ['PlaceOrder'], { host: props.host ?? host });
  payment(new ZeroTrustNamespace(app, 'kitchen'));
  return Manifests.of(app);
}

/** Labels of the pods, as the Deployment stamps them. */
const labelsOf = (manifests: Manifests, name = 'edge'): Record<string, string> =>
  manifests.get('Deployment', name, 'coffee-shop').spec.template.metadata.labels;
const podOf = (manifests: Manifests, name = 'edge') => ({
  namespace: 'coffee-shop',
  labels: labelsOf(manifests, name),
});

describe('the policy of an own gateway', () => {
  interface FromOutside {
    readonly host: string;
    readonly path: string;
    readonly method?: string;
  }
  const lets = (call: FromOutside, manifests = edge()) =>
    admits(manifests, { ...podOf(manifests), port: 8443, ...call });

  test.each<[string, FromOutside]>([
    ['an exposed RPC', { host, path: charge }],
    ['a host with its port', { host: `${host}:443`, path: charge }],
    ['a host in capitals', { host: 'API.coffee.example', path: charge }],
    ['an RPC of another host', { host: partners, path: refund }],
    ['an RPC for browsers', { host, path: place }],
    ['the preflight of an RPC for browsers', { host, path: place, method: 'OPTIONS' }],
    ['an exact path', { host, path: '/login', method: 'GET' }],
    ['what lies below a path', { host, path: '/static/app.js', method: 'GET' }],
  ])('lets the world ask for %s', (_, call) => {
    expect(lets(call)).toBe(true);
  });

  test.each<[string, FromOutside]>([
    ['an RPC that is not exposed', { host, path: '/coffee.v1.Payment/ListCharges' }],
    ['an RPC that is exposed on another host', { host, path: refund }],
    ['an exposed RPC on another host', { host: partners, path: charge }],
    ['a host that only ends alike', { host: `evil-${host}`, path: charge }],
    ['a host that nobody serves', { host: 'www.coffee.example', path: charge }],
    ['an RPC by GET', { host, path: charge, method: 'GET' }],
    ['the preflight of an RPC that is not for browsers', { host, path: charge, method: 'OPTIONS' }],
    ['what only begins like an exact path', { host, path: '/login/again', method: 'GET' }],
    ['a prefix without its slash', { host, path: '/static', method: 'GET' }],
    ['the root', { host, path: '/', method: 'GET' }],
  ])('refuses %s', (_, call) => {
    expect(lets(call)).toBe(false);
  });

  test.each(['eu.shop.example', 'eu.shop.example:443'])('lets the world ask for %s below a wildcard', (name) => {
    expect(lets({ host: name, path: charge }, edge({ host: '*.shop.example' }))).toBe(true);
  });

  test('lets clients of a plaintext wildcard name its port', () => {
    const manifests = edge({ host: '*.shop.example', insecurePlaintext });
    expect(lets({ host: 'eu.shop.example:80', path: charge }, manifests)).toBe(true);
  });

  test('refuses what a wildcard does not cover', () => {
    expect(lets({ host: 'eu.shop.example.evil.example', path: charge }, edge({ host: '*.shop.example' }))).toBe(false);
  });

  test('lets nothing pass that has no route', () => {
    const manifests = edge();
    const paths = [...paymentApi.methods.map(({ path }) => path), place, '/login', '/static/a', '/static', '/'];
    const asked = [host, partners].flatMap((name) => paths.map((path) => ({ host: name, path })));
    const routed = asked.filter((to) => routeOf(manifests, { gateway: 'coffee-shop/edge', ...to }));
    expect(asked.filter((to) => lets(to, manifests))).toEqual(routed);
  });
});

test('a preflight gets its answer from an own gateway', () => {
  expect(preflight(edge(), { gateway: 'coffee-shop/edge', host, path: place, origin })).toBe('allowed');
});

describe('the network of an own gateway', () => {
  const world = { namespace: 'anywhere', labels: {} };

  test.each([
    ['its listener', undefined, 8443, true],
    ['its plaintext listener', insecurePlaintext, 8080, true],
    ['its health endpoint', undefined, 15021, true],
    ['its administration', undefined, 15000, false],
    ['a plaintext listener beside TLS', undefined, 8080, false],
  ])('lets the world reach %s', (_, insecurePlaintext, port, reaches) => {
    const manifests = edge({ insecurePlaintext });
    expect(enters(manifests, { from: world, to: podOf(manifests), port })).toBe(reaches);
  });

  test.each([
    ['payment', 50051],
    ['order', 50051],
    ['frontend', 8080],
  ])('leads to the exposed %s', (name, port) => {
    const manifests = edge();
    expect(connects(manifests, { from: podOf(manifests), to: podOf(manifests, name), port })).toBe(true);
  });

  test('leads to no port that is not exposed', () => {
    const manifests = edge();
    expect(leaves(manifests, { from: podOf(manifests), to: podOf(manifests, 'frontend'), port: 9090 })).toBe(false);
  });

  test('leads to no service that is not exposed', () => {
    const manifests = edge();
    const to = { namespace: 'kitchen', labels: { app: 'payment' } };
    expect(leaves(manifests, { from: podOf(manifests), to, port: 50051 })).toBe(false);
  });

  test('leads into another namespace of the app', () => {
    const { app, shop } = coffeeShop();
    const certificate = TlsCertificate.fromSecret('coffee-tls');
    const ingress = new MeshIngress(shop, 'edge', { host, certificate, gateway: GatewayWorkload.own() });
    ingress.expose(payment(new ZeroTrustNamespace(app, 'kitchen')), ['Charge']);
    const manifests = Manifests.of(app);
    const to = { namespace: 'kitchen', labels: { app: 'payment' } };
    expect(connects(manifests, { from: podOf(manifests), to, port: 50051 })).toBe(true);
  });

  test('leads to istiod, for its configuration and certificates', () => {
    const manifests = edge();
    const to = { namespace: 'istio-system', labels: { app: 'istiod' } };
    expect(leaves(manifests, { from: podOf(manifests), to, port: 15012 })).toBe(true);
  });
});

describe('the pods of an own gateway', () => {
  const pod = () => edge().get('Deployment', 'edge').spec.template;

  test('are filled by the injector with its gateway template', () => {
    expect(pod().metadata.annotations).toHaveProperty(['inject.istio.io/templates'], 'gateway');
  });

  test('ask for injection by label', () => {
    expect(pod().metadata.labels).toHaveProperty(['sidecar.istio.io/inject'], 'true');
  });

  test('leave the version of the proxy to the injector', () => {
    expect(pod().spec.containers).toMatchObject([{ name: 'istio-proxy', image: 'auto' }]);
  });

  test('are two by default', () => {
    expect(edge().get('Deployment', 'edge').spec.replicas).toBe(2);
  });

  test('are as many as was said', () => {
    const manifests = edge({ gateway: GatewayWorkload.own({ replicas: 5 }) });
    expect(manifests.get('Deployment', 'edge').spec.replicas).toBe(5);
  });

  test('are replaced one by one, each once its successor is ready', () => {
    expect(edge().get('Deployment', 'edge').spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
  });

  test('are what the Gateway selects', () => {
    const manifests = edge();
    expect(labelsOf(manifests)).toMatchObject(manifests.get('Gateway', 'edge').spec.selector);
  });

  test('are what their Service selects', () => {
    const manifests = edge();
    expect(labelsOf(manifests)).toMatchObject(manifests.get('Service', 'edge').spec.selector);
  });

  test('are drained one by one', () => {
    const manifests = edge();
    expect(labelsOf(manifests)).toMatchObject(manifests.get('PodDisruptionBudget', 'edge').spec.selector.matchLabels);
  });

  test('are given the time that their proxy takes to drain', () => {
    const { metadata, spec } = pod();
    const { terminationDrainDuration } = JSON.parse(metadata.annotations['proxy.istio.io/config']);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(Number.parseInt(terminationDrainDuration, 10));
  });

  test('are nobody but themselves to the services behind', () => {
    const manifests = edge();
    const principal = `cluster.local/ns/coffee-shop/sa/${pod().spec.serviceAccountName}`;
    expect(admits(manifests, { ...podOf(manifests, 'payment'), principal, port: 50051, path: charge })).toBe(true);
  });

  test('have a ServiceAccount of their own', () => {
    const manifests = edge();
    const users = manifests.kind('Deployment').map(({ spec }) => spec.template.spec.serviceAccountName);
    expect(users.filter((name) => name === 'edge')).toHaveLength(1);
  });

  test('are not there for gateway pods that exist already', () => {
    const names = edge({ gateway: GatewayWorkload.istioctl() })
      .kind('Deployment')
      .map(({ metadata }) => metadata.name);
    expect(names).not.toContain('edge');
  });
});

// https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
describe('Pod Security restricted finds that the pods of an own gateway', () => {
  const spec = () => edge().get('Deployment', 'edge').spec.template.spec;

  test('do not run as root', () => {
    expect(spec().securityContext.runAsNonRoot).toBe(true);
  });

  test('have the seccomp profile of the runtime', () => {
    expect(spec().securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
  });

  test('gain no privileges', () => {
    expect(spec().containers[0].securityContext.allowPrivilegeEscalation).toBe(false);
  });

  test('have no capability', () => {
    expect(spec().containers[0].securityContext.capabilities).toEqual({ drop: ['ALL'] });
  });

  test('share nothing with the node', () => {
    const shared = ['hostNetwork', 'hostPID', 'hostIPC', 'volumes'].filter((field) => field in spec());
    expect(shared).toEqual([]);
  });

  test('listen on no privileged port', () => {
    const ports: { targetPort: number }[] = edge().get('Service', 'edge').spec.ports;
    expect(Math.min(...ports.map(({ targetPort }) => targetPort))).toBeGreaterThanOrEqual(1024);
  });
});

// istiod asks the API server whether the ServiceAccount of a gateway may list the Secrets of its namespace.
describe('the certificate of an own gateway', () => {
  test('is handed out, since its ServiceAccount may list Secrets', () => {
    expect(edge().get('Role', 'edge').rules).toEqual([{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }]);
  });

  test('is handed out to that ServiceAccount only', () => {
    expect(edge().get('RoleBinding', 'edge')).toMatchObject({
      roleRef: { kind: 'Role', name: 'edge' },
      subjects: [{ kind: 'ServiceAccount', name: 'edge' }],
    });
  });

  test('lies beside the pods', () => {
    expect(edge().get('Role', 'edge').metadata.namespace).toBe('coffee-shop');
  });

  test('is not there to be read by the pods themselves', () => {
    expect(edge().get('Deployment', 'edge').spec.template.spec.automountServiceAccountToken).toBe(false);
  });
});

describe('the address of an own gateway', () => {
  const ports = (props?: Partial<MeshIngressProps>) => edge(props).get('Service', 'edge').spec.ports;

  test('is reached from outside the cluster', () => {
    expect(edge().get('Service', 'edge').spec.type).toBe('LoadBalancer');
  });

  test('leads port 443 to the TLS listener', () => {
    expect(ports()).toContainEqual(expect.objectContaining({ port: 443, targetPort: 8443 }));
  });

  test('leads port 80 to the plaintext listener', () => {
    expect(ports({ insecurePlaintext })).toContainEqual(expect.objectContaining({ port: 80, targetPort: 8080 }));
  });

  test.each([
    ['a port for plaintext beside TLS', undefined, 80],
    ['a port for TLS beside plaintext', insecurePlaintext, 443],
  ])('has no %s', (_, insecurePlaintext, number) => {
    const numbers = ports({ insecurePlaintext }).map(({ port }: { port: number }) => port);
    expect(numbers).not.toContain(number);
  });
});

test('a host on which nothing is open yet admits nothing, not everything', () => {
  const { shop } = coffeeShop();
  const ingress = new MeshIngress(shop, 'edge', { host, insecurePlaintext, gateway: GatewayWorkload.own() });
  const policy = ApiObject.of(ingress.node.findChild('AuthorizationPolicy')).toJson() as { spec: { rules: unknown[] } };
  expect(policy.spec.rules).toEqual([]);
});
