import { grpcMesh } from '../support/command-line';
import { SMALL_MESH } from '../support/small-mesh';

const GATEWAY = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  gatewayClassName: istio
  listeners:
    - { name: https, port: 443, protocol: HTTPS, hostname: "*.example.org", tls: { certificateRefs: [{ name: tls }] } }
    - { name: http, port: 80, protocol: HTTP, hostname: plain.example.org }
`;

const route = (kind: string, parent: string, backend = 'order', hostnames = '') => `---
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: to-${backend}, namespace: shop }
spec:
  parentRefs: [${parent}]
  ${hostnames}
  rules: [{ backendRefs: [{ name: ${backend}, port: 50051 }] }]
`;
const AT_GATEWAY = route('GRPCRoute', '{ name: public }', 'order', 'hostnames: [api.example.org]');
const AT_SERVICE = route('HTTPRoute', '{ group: "", kind: Service, name: order }');
const OTHER = `---
apiVersion: v1
kind: Service
metadata: { name: other, namespace: shop }
spec: { selector: { app: thief }, ports: [{ name: grpc, port: 50051 }] }
`;
const OPEN_TO_ALL = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: all, namespace: shop }
spec: { selector: { matchLabels: { app: order } }, rules: [{}] }
`;

const ask = (words: string, more: string) => grpcMesh([...words.split(' '), '-f', '-'], SMALL_MESH + more);
const LIST =
  'note: the Gateway API is not followed, what these decide is unknown: Gateway shop/public, GRPCRoute shop/to-order\n';

describe('from outside, through a Gateway of the Gateway API', () => {
  const all = GATEWAY + AT_GATEWAY;

  test.each([
    ['can https://api.example.org order Place', all],
    ['can https://api.example.org order Place', all + OPEN_TO_ALL],
    ['can https://other.example.org order Place', GATEWAY + route('HTTPRoute', '{ name: public }')],
    ['can http://plain.example.org order Place', GATEWAY + route('HTTPRoute', '{ name: public }')],
    ['explain https://api.example.org order Place', all],
  ])('%s is unknown, whatever the policies say, and names the route', (words, more) => {
    const { out, exitCode } = ask(words, more);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^unknown: /);
    expect(out).toMatch(/because {2}(GRPC|HTTP)Route shop\/to-order of the Gateway API is not followed\n/);
    expect(out).toMatch(/missing {2}what (GRPC|HTTP)Route shop\/to-order of the Gateway API makes of it\n/);
  });

  test('a route is unknown too', () => {
    const { out, exitCode } = ask('route https://api.example.org order Place', all);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/\n {2}unknown\n/);
    expect(out).toContain('missing    what GRPCRoute shop/to-order of the Gateway API makes of it\n');
  });

  test('one way in that is unknown is no yes, and no no', () => {
    expect(ask('can ingress order shop.v1.Order/Nothing', all).out).toMatch(/^unknown: https:\/\/api\.example\.org/m);
    expect(ask('can ingress order Track', all).exitCode).toBe(0);
  });

  test('a service that no route names is refused; one of which a route may be there that nobody reads is not', () => {
    const { out } = ask('can https://api.example.org other', all + OTHER);
    expect(out).toMatch(
      /^no: [\s\S]*no route that is attached to the Gateway names other\.shop\.svc\.cluster\.local\n/,
    );
    const tls = `---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: { name: raw, namespace: shop }
spec: { hostnames: [a.example.org], parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: other, port: 50051 }] }] }
`;
    expect(ask('can https://api.example.org other', all + OTHER + tls).out).toMatch(/^unknown: /);
  });

  test('the matrix has it as unknown, at the services that routes name', () => {
    const { out } = ask('matrix', all + OTHER);
    expect(out).toMatch(/^shop\/order +Place +shop\/web, https:\/\/api\.example\.org \(unknown\)/m);
    expect(out).not.toMatch(/^shop\/other .*example\.org/m);
  });

  test('a waypoint is no way in', () => {
    const waypoint = all.replace('gatewayClassName: istio', 'gatewayClassName: istio-waypoint');
    expect(ask('matrix', waypoint).out).not.toContain('example.org');
  });
});

describe('pods of another that a Gateway takes for its own', () => {
  const pods = `---
apiVersion: v1
kind: Service
metadata: { name: gateway, namespace: edge }
spec: { selector: { istio: ingress }, ports: [{ name: https, port: 443 }, { name: other, port: 8443 }] }
`;
  const taken = (port: number) =>
    GATEWAY.replace(
      'listeners:',
      'addresses: [{ type: Hostname, value: gateway.edge.svc.cluster.local }]\n  listeners:',
    )
      .replace('port: 443', `port: ${port}`)
      .concat(AT_GATEWAY, pods);

  test('make what comes in at its port unknown', () => {
    expect(ask('can https://api.example.com order Track', pods).exitCode).toBe(0);
    expect(ask('can https://api.example.com order Track', taken(443)).out).toMatch(/^unknown: /);
    expect(ask('can https://api.example.com order Track', taken(8443)).exitCode).toBe(0);
  });
});

describe('inside, where a route is for a Service', () => {
  test.each(['can', 'explain', 'route'])('%s says unknown, and names it', (command) => {
    const { out, exitCode } = ask(`${command} web order Place`, AT_SERVICE);
    expect(exitCode).toBe(1);
    expect(out).toContain('unknown');
    expect(out).toContain('HTTPRoute shop/to-order of the Gateway API is not followed');
    expect(out).toMatch(/missing +what HTTPRoute shop\/to-order of the Gateway API says of order\.shop\.svc/);
  });

  test('calls to another are what they were, and so are refusals by a policy', () => {
    const about = AT_SERVICE.replace('kind: Service, name: order', 'kind: Service, name: other') + OTHER;
    expect(ask('can web order Place', about).exitCode).toBe(0);
    expect(ask('can thief order Place', about).out).toMatch(/^no: /);
  });

  test('one for a ServiceEntry is for its hosts', () => {
    const entry = `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: order, namespace: shop }
spec:
  hosts: [order.example]
  ports: [{ number: 50051, name: grpc, protocol: GRPC }]
  location: MESH_INTERNAL
  resolution: STATIC
  workloadSelector: { labels: { app: order } }
`;
    const parent = '{ group: networking.istio.io, kind: ServiceEntry, name: order }';
    expect(ask('can web order.example shop.v1.Order/Place', entry).exitCode).toBe(0);
    expect(ask('can web order.example shop.v1.Order/Place', entry + route('HTTPRoute', parent)).out).toMatch(
      /^unknown: /,
    );
  });
});

describe('it is said once that nobody follows it', () => {
  test.each(['can web order Place', 'matrix', 'mtls', 'diagram', 'route web order Place'])('by %s', (words) => {
    expect(ask(words, GATEWAY + AT_GATEWAY).err).toBe(LIST);
    expect(ask(`${words} -q`, GATEWAY + AT_GATEWAY).err).toBe('');
    expect(ask(words, '').err).toBe('');
  });

  test('by check: in its text, beside any other format', () => {
    expect(ask('check', GATEWAY + AT_GATEWAY).out).toContain(LIST);
    expect(ask('check', '').out).not.toContain('Gateway API');
    const { out, err } = ask('check -o json', GATEWAY + AT_GATEWAY);
    expect(err).toBe(LIST);
    expect(() => JSON.parse(out)).not.toThrow();
  });

  test('of kinds that nobody reads at all, their number', () => {
    const tls = `---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: { name: raw, namespace: shop }
spec: { hostnames: [a.example.org], parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: order, port: 50051 }] }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: istio }
spec: { controllerName: istio.io/gateway-controller }
`;
    expect(ask('matrix', tls).err).toBe(
      'note: the Gateway API is not followed, what these decide is unknown: 1 TLSRoute\n',
    );
    expect(ask('check', tls).out).toContain('not looked into: 1 gateway.networking.k8s.io/GatewayClass\n');
  });

  test('not of the routes of another mesh', () => {
    const server = '{ group: policy.linkerd.io, kind: Server, name: order }';
    expect(ask('matrix', route('HTTPRoute', server)).err).toBe('');
  });
});
