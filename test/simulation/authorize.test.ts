import { policy, requestAuthentication } from '../support/guarded';
import { type Ask, Simulated, wordFor } from '../support/simulated';

const BASE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy }
---
`;

function pods(id: string, annotations = '', account = id.split('/')[1]): string {
  const [namespace, name] = id.split('/');
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }, annotations: { ${annotations} } }
    spec:
      serviceAccountName: ${account}
      containers: [{ name: app, image: app:1, ports: [{ name: grpc, containerPort: 50051 }] }]
---
`;
}

function service(id: string, spec = 'ports: [{ name: grpc, port: 50051 }]'): string {
  const [namespace, name] = id.split('/');
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ${spec} }
---
`;
}

function peers(namespace: string, mode: string): string {
  return `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: ${namespace} }
spec: { mtls: { mode: ${mode} } }
---
`;
}

function istio(kind: string, id: string, spec: string): string {
  const [namespace, name] = id.split('/');
  return `
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
---
`;
}

function networkPolicy(id: string, spec: string): string {
  return istio('NetworkPolicy', id, spec).replace('networking.istio.io', 'networking.k8s.io');
}

const SHOP = `${BASE}${pods('shop/order')}${service('shop/order')}${pods('shop/web')}${pods('legacy/cron')}`;
const WEB = 'principals: [cluster.local/ns/shop/sa/web]';
const ALLOW_WEB = policy('shop/allow-web', `rules: [{ from: [{ source: { ${WEB} } }] }]`);
const web: Ask = { from: 'shop/web', to: 'order' };
const cron: Ask = { from: 'legacy/cron', to: 'order' };
const nobody: Ask = { from: 'nobody', to: 'order' };

const words = (yaml: string, ...asks: Ask[]) => {
  const simulated = new Simulated(yaml);
  return asks.map((ask) => wordFor(simulated.ask(ask)));
};

describe('the connection', () => {
  test.each([
    ['without any rule everybody gets through', '', ['allow', 'allow', 'allow']],
    ['PERMISSIVE takes plaintext', peers('shop', 'PERMISSIVE'), ['allow', 'allow', 'allow']],
    ['STRICT keeps out who has no sidecar', peers('shop', 'STRICT'), ['allow', 'deny 14', 'deny 14']],
    ['a policy for an identity keeps out who has none', ALLOW_WEB, ['allow', 'deny 7', 'deny 7']],
    [
      'with DISABLE nobody has an identity that a policy could ask for',
      peers('shop', 'DISABLE') + ALLOW_WEB,
      ['deny 7', 'deny 7', 'deny 7'],
    ],
  ])('%s', (_, rules, expected) => {
    expect(words(SHOP + rules, web, cron, nobody)).toEqual(expected);
  });

  test('a server without a sidecar lets everybody in, whatever policies say', () => {
    const bare = `${BASE}${pods('shop/web')}${pods('legacy/store')}${service('legacy/store')}`;
    const rules = policy('legacy/nothing', '') + peers('legacy', 'STRICT');
    expect(words(bare + rules, { from: 'shop/web', to: 'store' }, { from: 'nobody', to: 'store' })).toEqual([
      'allow',
      'allow',
    ]);
  });

  test('a port that pods keep from their sidecar is open to everybody in plaintext', () => {
    const open = pods('shop/order', 'traffic.sidecar.istio.io/excludeInboundPorts: "50051"');
    const rules = policy('shop/nothing', '') + peers('shop', 'STRICT');
    const yaml = (order: string) => `${BASE}${order}${service('shop/order')}${pods('legacy/cron')}${rules}`;
    expect(words(yaml(open), cron)).toEqual(['allow']);
    expect(words(yaml(open.replace('50051', '9999')), cron)).toEqual(['deny 14']);
  });

  test('a client that keeps a port from its sidecar has no identity there, and no Sidecar holds it', () => {
    const rogue = pods('shop/rogue', 'traffic.sidecar.istio.io/excludeOutboundPorts: "50051"');
    const nowhere = istio(
      'Sidecar',
      'shop/nowhere',
      'outboundTrafficPolicy: { mode: REGISTRY_ONLY }, egress: [{ hosts: ["~/*"] }]',
    );
    const ask: Ask = { from: 'shop/rogue', to: 'order' };
    expect(words(SHOP + rogue + nowhere, ask, web)).toEqual(['allow', 'deny 14']);
    expect(words(SHOP + rogue + peers('shop', 'STRICT'), ask)).toEqual(['deny 14']);
  });
});

describe('policies', () => {
  test.each([
    ['DENY comes before ALLOW', `action: DENY, rules: [{ from: [{ source: { ${WEB} } }] }]`, ['deny 7', 'allow']],
    ['a policy without rules allows nothing', '', ['deny 7', 'deny 7']],
    ['AUDIT decides nothing', 'action: AUDIT, rules: [{}]', ['allow', 'allow']],
    [
      'a path is asked of the call',
      `rules: [{ to: [{ operation: { paths: [/shop.Order/List] } }] }]`,
      ['deny 7', 'deny 7'],
    ],
    ['and found', `rules: [{ to: [{ operation: { paths: [/shop.Order/Place] } }] }]`, ['allow', 'allow']],
  ])('%s', (_, spec, expected) => {
    expect(words(SHOP + policy('shop/it', spec), web, cron)).toEqual(expected);
  });

  test('a refusal names what the caller lacked', () => {
    const verdict = new Simulated(SHOP + ALLOW_WEB).ask({ from: 'cluster.local/ns/shop/sa/stranger', to: 'order' });
    expect(wordFor(verdict)).toBe('deny 7');
    expect(verdict.reasons.map(({ object }) => object?.name)).toEqual(['allow-web']);
    expect(verdict.nearMisses()).toMatchObject([
      { path: ['spec', 'rules', 0], lacks: [expect.stringContaining("'cluster.local/ns/shop/sa/stranger'")] },
    ]);
  });

  test('an allow names the object and the rule', () => {
    const { reasons } = new Simulated(SHOP + ALLOW_WEB).ask(web);
    expect(reasons).toContainEqual(
      expect.objectContaining({
        layer: 'authorization-policy',
        path: ['spec', 'rules', 0],
        object: expect.objectContaining({ name: 'allow-web' }),
      }),
    );
  });
});

describe('facts that no file tells', () => {
  test('an address is missing until somebody tells it', () => {
    const inside = policy('shop/inside', 'rules: [{ from: [{ source: { ipBlocks: [10.0.0.0/8] } }] }]');
    const simulated = new Simulated(SHOP + inside);
    expect(simulated.ask(web)).toMatchObject({ outcome: 'unknown', missing: ['the address of the peer'] });
    expect(wordFor(simulated.ask({ ...web, sourceIp: '10.1.2.3' }))).toBe('allow');
    expect(wordFor(simulated.ask({ ...web, sourceIp: '11.1.2.3' }))).toBe('deny 7');
  });

  // Held by the differential test: only a gateway adds to the header, so that inside of the mesh anybody can write it.
  test('who writes x-forwarded-for inside of the mesh is taken for the last one in it', () => {
    const near = policy('shop/near', 'rules: [{ from: [{ source: { remoteIpBlocks: [192.0.2.0/24] } }] }]');
    const answer = (forged: string) =>
      words(SHOP + near, { ...web, remoteIp: '10.1.2.3', headers: { 'x-forwarded-for': forged } });
    expect(answer('198.51.100.7, 192.0.2.7')).toEqual(['allow']);
    expect(answer('192.0.2.7, 198.51.100.7')).toEqual(['deny 7']);
    expect(answer('192.0.2.7, unknown')).toEqual(['deny 7']);
  });

  const TOKENS = requestAuthentication('shop/tokens', 'jwtRules: [{ issuer: a, jwksUri: "https://keys.example" }]');
  const ANY_TOKEN = policy('shop/any', 'rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }]');

  test('a token is, where the server looks at tokens', () => {
    const simulated = new Simulated(SHOP + TOKENS + ANY_TOKEN);
    expect(simulated.ask(web)).toMatchObject({
      outcome: 'unknown',
      missing: ['the claims of the token that the caller shows'],
    });
    expect(wordFor(simulated.ask({ ...web, token: 'none' }))).toBe('deny 7');
    expect(wordFor(simulated.ask({ ...web, token: 'invalid' }))).toBe('deny 16');
    expect(wordFor(simulated.ask({ ...web, token: { claims: { iss: 'a', sub: 'b' } } }))).toBe('allow');
    expect(wordFor(simulated.ask({ ...web, token: { claims: { iss: 'b', sub: 'b' } } }))).toBe('deny 16');
  });

  // Found by the differential test: Envoy answers 403 to a token that is meant for others, and 401 to all else.
  test('a token for another audience is forbidden, and of a second rule that knows no such issuer nobody hears', () => {
    const rule = '{ issuer: a, audiences: [shop], jwksUri: "https://keys.example" }';
    const other = '{ issuer: z, jwksUri: "https://keys.example" }';
    const tokens = (...rules: string[]) => requestAuthentication('shop/tokens', `jwtRules: [${rules}]`);
    const token = { claims: { iss: 'a', sub: 'b', aud: 'bank' } };
    expect(words(SHOP + tokens(rule), { ...web, token })).toEqual(['deny 7']);
    expect(words(SHOP + tokens(rule, other), { ...web, token })).toEqual(['deny 7']);
    expect(words(SHOP + tokens(other), { ...web, token })).toEqual(['deny 16']);
  });

  // Found by the differential test.
  test('a route that takes the header of the token away takes the token', () => {
    const without = (name: string) =>
      istio(
        'VirtualService',
        'shop/order',
        `hosts: [order], http: [{ route: [{ destination: { host: order }, headers: { request: { remove: [${name}] } } }] }]`,
      );
    const token = { claims: { iss: 'b', sub: 'b' } };
    const answer = (name: string, more: Partial<Ask> = {}) =>
      words(SHOP + TOKENS + without(name), { ...web, token, ...more });
    expect(answer('Authorization')).toEqual(['allow']);
    expect(answer('x-other')).toEqual(['deny 16']);
    expect(answer('Authorization', { tokenAt: { param: 'access_token' } })).toEqual(['deny 16']);
  });

  // Found by the differential test: the filters of CUSTOM policies stand before the one that reads tokens.
  test('CUSTOM policies are asked before the token is read', () => {
    const custom = (rule: string) => policy('shop/ask', `action: CUSTOM, provider: { name: nobody }, rules: [${rule}]`);
    const mesh = { mesh: { stated: true, extensionProviders: [] } };
    const asked = (rules: string, iss: string, more: Partial<Ask>) =>
      new Simulated(SHOP + TOKENS + rules, mesh).ask({ ...web, token: { claims: { iss, sub: 'b' } }, ...more });
    const answer = (rules: string, iss: string) => wordFor(asked(rules, iss, { headers: {} }));
    expect(answer(custom('{}'), 'b')).toBe('deny 7');
    expect(answer(custom('{ to: [{ operation: { paths: [/other] } }] }'), 'b')).toBe('deny 16');
    // They never see what is written of its claims.
    const writing = requestAuthentication(
      'shop/writing',
      'jwtRules: [{ issuer: c, jwksUri: "https://keys.example", outputClaimToHeaders: [{ header: x-sub, claim: sub }] }]',
    );
    expect(answer(writing + custom('{ when: [{ key: "request.headers[x-sub]", values: [b] }] }'), 'c')).toBe('allow');
    expect(answer(writing + custom('{ when: [{ key: "request.headers[x-sub]", notValues: [b] }] }'), 'c')).toBe(
      'deny 7',
    );
    // But they see what the client writes there itself.
    expect(
      asked(writing + custom('{ when: [{ key: "request.headers[x-sub]", values: [b] }] }'), 'c', {}),
    ).toMatchObject({
      outcome: 'unknown',
      missing: ["the header 'x-sub'"],
    });
  });

  test('nor does it settle anything where nobody looks at tokens, or asks for them', () => {
    expect(words(SHOP + ANY_TOKEN, web)).toEqual(['deny 7']);
    expect(words(SHOP + TOKENS, web)).toEqual(['allow']);
    const denied = policy('shop/never', `action: DENY, rules: [{ from: [{ source: { ${WEB} } }] }]`);
    expect(words(SHOP + TOKENS + ANY_TOKEN + denied, web)).toEqual(['deny 7']);
  });

  test('a namespace of which only the name is known may have sidecars', () => {
    const known = SHOP + peers('shop', 'STRICT');
    const { outcome, missing } = new Simulated(
      known
        .replaceAll('legacy', 'other')
        .replace('kind: Namespace\nmetadata: { name: other }', 'kind: ConfigMap\nmetadata: { name: other }'),
    ).ask({
      ...cron,
      from: 'other/cron',
    });
    expect({ outcome, missing }).toEqual({ outcome: 'unknown', missing: ['the labels of namespace other'] });
  });

  test('which does not matter where both end the same', () => {
    const orphan = SHOP.replaceAll('legacy', 'other').replace(
      'kind: Namespace\nmetadata: { name: other }',
      'kind: ConfigMap\nmetadata: { name: other }',
    );
    const ask = { ...cron, from: 'other/cron' };
    expect(words(orphan, ask)).toEqual(['allow']);
    expect(words(orphan + policy('shop/nothing', ''), ask)).toEqual(['deny 7']);
  });

  test('the provider of a CUSTOM policy decides elsewhere', () => {
    const mesh = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders: [{ name: oauth, envoyExtAuthzGrpc: { service: oauth.shop.svc.cluster.local, port: 9000 } }]
---
`;
    const asks = policy('shop/asks', 'action: CUSTOM, provider: { name: oauth }, rules: [{}]');
    expect(new Simulated(SHOP + mesh + asks).ask(web)).toMatchObject({
      outcome: 'unknown',
      missing: ["what provider 'oauth' answers"],
    });
  });
});

describe('the way', () => {
  test('a NetworkPolicy ends a call before anybody reads it', () => {
    const closed = networkPolicy('shop/closed', 'podSelector: {}, policyTypes: [Ingress]');
    const open = networkPolicy(
      'shop/open',
      'podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]',
    );
    expect(words(SHOP + closed, web, cron)).toEqual(['deny 14', 'deny 14']);
    expect(words(SHOP + closed + open, web, cron)).toEqual(['allow', 'deny 14']);
    expect(new Simulated(SHOP + closed + open).ask(nobody)).toMatchObject({
      outcome: 'unknown',
      missing: ['the labels and the namespace of the client'],
    });
  });

  test('a Sidecar hides what it does not name, and without REGISTRY_ONLY takes the identity away', () => {
    const scope = (mode: string, host: string) =>
      istio('Sidecar', 'shop/scope', `outboundTrafficPolicy: { mode: ${mode} }, egress: [{ hosts: ["${host}"] }]`);
    expect(words(SHOP + scope('REGISTRY_ONLY', 'legacy/*'), web)).toEqual(['deny 14']);
    expect(words(SHOP + scope('REGISTRY_ONLY', './*'), web)).toEqual(['allow']);
    expect(words(SHOP + ALLOW_WEB + scope('ALLOW_ANY', 'legacy/*'), web)).toEqual(['deny 7']);
    expect(words(SHOP + ALLOW_WEB + scope('ALLOW_ANY', './*'), web)).toEqual(['allow']);
    expect(words(SHOP + peers('shop', 'STRICT') + scope('ALLOW_ANY', 'legacy/*'), web)).toEqual(['deny 14']);
  });

  const to = (host: string, more = '') => `route: [{ destination: { host: ${host}${more} } }]`;
  const next = `${pods('shop/next')}${service('shop/next')}${policy('shop/closed', 'selector: { matchLabels: { app: next } }')}`;

  test('a route leads elsewhere, and the policies there decide', () => {
    const diverted = istio('VirtualService', 'shop/order', `hosts: [order], http: [{ ${to('next')} }]`);
    expect(words(SHOP + next + diverted, web, cron)).toEqual(['deny 7', 'allow']);
  });

  test('a route changes what policies at the server see', () => {
    const changed = istio(
      'VirtualService',
      'shop/order',
      `hosts: [order], http: [{ ${to('order')}, rewrite: { uri: /shop.Order/Other, authority: new.example }, headers: { request: { set: { X-Tenant: a }, remove: [x-old] } } }]`,
    );
    const asking = (when: string) => policy('shop/it', `rules: [{ when: [${when}] }]`);
    const headers = { 'x-tenant': 'b', 'x-old': 'c' };
    const answer = (rules: string) => words(SHOP + changed + rules, { ...web, headers });
    expect(answer(asking('{ key: "request.headers[x-tenant]", values: [a] }'))).toEqual(['allow']);
    expect(answer(asking('{ key: "request.headers[x-tenant]", values: [b] }'))).toEqual(['deny 7']);
    expect(answer(asking('{ key: "request.headers[x-old]", values: ["*"] }'))).toEqual(['deny 7']);
    const unstated = (rules: string) => words(SHOP + changed + rules, web);
    expect(unstated(asking('{ key: "request.headers[x-tenant]", values: [a] }'))).toEqual(['allow']);
    expect(unstated(asking('{ key: "request.headers[x-tenant]", values: [b] }'))).toEqual(['deny 7']);
    expect(unstated(asking('{ key: "request.headers[x-old]", values: ["*"] }'))).toEqual(['deny 7']);
    expect(unstated(asking('{ key: "request.headers[x-other]", values: ["*"] }'))).toEqual(['unknown']);
    const operation = (spec: string) => policy('shop/it', `rules: [{ to: [{ operation: { ${spec} } }] }]`);
    expect(answer(operation('paths: [/shop.Order/Place]'))).toEqual(['deny 7']);
    expect(answer(operation('hosts: [new.example]'))).toEqual(['allow']);
  });

  test('what a route adds stands behind a value that nobody knows', () => {
    const adds = istio(
      'VirtualService',
      'shop/order',
      `hosts: [order], http: [{ ${to('order')}, headers: { request: { add: { X-Role: b }, set: { x-one: a } } } }]`,
    );
    const role = policy('shop/it', 'rules: [{ when: [{ key: "request.headers[x-role]", values: [b] }] }]');
    const one = policy('shop/it', 'rules: [{ when: [{ key: "request.headers[x-one]", values: [a] }] }]');
    expect(words(SHOP + adds + role, web, { ...web, headers: {} })).toEqual(['unknown', 'allow']);
    expect(words(SHOP + adds + role, { ...web, headers: { 'x-role': 'a' } })).toEqual(['deny 7']);
    expect(words(SHOP + adds + one, web)).toEqual(['allow']);
  });

  test('a header that nobody states is unknown to policies, and absent to routes', () => {
    const pinned = istio(
      'VirtualService',
      'shop/order',
      `hosts: [order], http: [{ match: [{ headers: { x-tenant: { exact: a } } }], ${to('next')} }, { ${to('order')} }]`,
    );
    const asking = policy('shop/it', 'rules: [{ when: [{ key: "request.headers[x-tenant]", values: [a] }] }]');
    expect(words(SHOP + next + pinned, web)).toEqual(['allow']);
    expect(words(SHOP + asking, web, { ...web, headers: {} }, { ...web, headers: { 'x-tenant': 'a' } })).toEqual([
      'unknown',
      'deny 7',
      'allow',
    ]);
    expect(new Simulated(SHOP + asking).ask(web).missing).toEqual(["the header 'x-tenant'"]);
  });

  test.each([
    ['no route takes it', `http: [{ match: [{ uri: { exact: /other } }], ${to('order')} }]`, 'deny 12'],
    ['the route answers itself', 'http: [{ directResponse: { status: 403 } }]', 'deny 7'],
    [
      'the route aborts all',
      `http: [{ fault: { abort: { percentage: { value: 100 }, grpcStatus: ABORTED } }, ${to('order')} }]`,
      'deny 10',
    ],
    [
      'the route aborts half',
      `http: [{ fault: { abort: { percentage: { value: 50 }, grpcStatus: ABORTED } }, ${to('order')} }]`,
      'allow',
    ],
    ['its subset is nowhere', `http: [{ ${to('order', ', subset: v9')} }]`, 'deny 14'],
  ])('a call ends at the client if %s', (_, spec, word) => {
    const routes = istio('VirtualService', 'shop/order', `hosts: [order], ${spec}`);
    expect(words(SHOP + routes, web)).toEqual([word]);
  });

  // Found by the differential test: only a delegate can bring both together, and the fault comes first.
  test.each(['redirect: { uri: /elsewhere }', 'directResponse: { status: 403 }'])('a fault comes before %s', (own) => {
    const leaf = istio('VirtualService', 'shop/leaf', `http: [{ ${own} }]`);
    const root = (fault: string) =>
      istio('VirtualService', 'shop/order', `hosts: [order], http: [{ ${fault} delegate: { name: leaf } }]`);
    const abort = 'fault: { abort: { percentage: { value: 100 }, grpcStatus: ABORTED } },';
    expect(words(SHOP + leaf + root(abort), web)).toEqual(['deny 10']);
    expect(words(SHOP + leaf + root(''), web)).not.toEqual(['deny 10']);
  });

  // Found by the differential test: such a wildcard makes routes for the services that it stands for, and no other.
  test('a VirtualService for a wildcard is none for a service that the client does not see, beside one that it sees', () => {
    const gone = istio('VirtualService', 'shop/all', `hosts: ["*.shop.svc.cluster.local"], http: [{ ${to('gone')} }]`);
    const sees = (host: string) =>
      istio('Sidecar', 'shop/scope', `egress: [{ hosts: ["./${host}.shop.svc.cluster.local"] }]`);
    const open = `${pods('shop/next')}${service('shop/next')}`;
    expect(words(SHOP + open + gone + sees('order'), web, { ...web, to: 'next' })).toEqual(['deny 14', 'allow']);
    expect(words(SHOP + open + gone + sees('next'), web, { ...web, to: 'next' })).toEqual(['allow', 'deny 14']);
    expect(words(SHOP + open + gone, web, { ...web, to: 'next' })).toEqual(['deny 14', 'deny 14']);
  });

  test('a draw between places that disagree is unknown, and says which draw', () => {
    const half = istio(
      'VirtualService',
      'shop/order',
      'hosts: [order], http: [{ route: [{ destination: { host: order }, weight: 50 }, { destination: { host: next }, weight: 50 }] }]',
    );
    const verdict = new Simulated(SHOP + next + half).ask(web);
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      missing: ["which of the route's destinations the call draws"],
    });
    expect(verdict.arrivals.map(({ workload, passage }) => [workload.id, passage.outcome])).toEqual([
      ['shop/order', 'allow'],
      ['shop/next', 'deny'],
    ]);
    const audited = next.replace(
      'matchLabels: { app: next } } }\n---\n',
      'matchLabels: { app: next } }, action: AUDIT }\n---\n',
    );
    expect(words(SHOP + audited + half, web)).toEqual(['allow']);
  });
});

describe('services of other kinds', () => {
  test('a headless service is one more', () => {
    const headless = SHOP.replace(
      service('shop/order'),
      service('shop/order', 'clusterIP: None, ports: [{ name: grpc, port: 50051 }]'),
    );
    expect(words(headless + peers('shop', 'STRICT') + ALLOW_WEB, web, cron)).toEqual(['allow', 'deny 14']);
  });

  test('without pods nobody knows what answers', () => {
    const lonely = `${SHOP}${service('shop/lonely')}`;
    expect(new Simulated(lonely).ask({ ...web, to: 'lonely' })).toMatchObject({
      outcome: 'unknown',
      missing: ['the pods of lonely.shop.svc.cluster.local'],
    });
  });

  test('nor what an ExternalName leads to', () => {
    const alias = `${SHOP}
apiVersion: v1
kind: Service
metadata: { name: alias, namespace: shop }
spec: { type: ExternalName, externalName: api.example.com, ports: [{ name: grpc, port: 50051 }] }
---
`;
    const simulated = new Simulated(alias);
    expect(simulated.ask({ ...web, to: 'alias' }).outcome).toBe('unknown');
    expect(simulated.ask({ ...cron, to: 'alias' }).outcome).toBe('unknown');
  });

  test('a host outside of the mesh is open to those who see it', () => {
    const entry = istio(
      'ServiceEntry',
      'shop/api',
      'hosts: [api.example.com], location: MESH_EXTERNAL, resolution: DNS, ports: [{ number: 443, name: grpc, protocol: GRPC }]',
    );
    const scope = istio(
      'Sidecar',
      'shop/scope',
      'outboundTrafficPolicy: { mode: REGISTRY_ONLY }, egress: [{ hosts: ["legacy/*"] }]',
    );
    const ask: Ask = { ...web, to: 'api.example.com' };
    expect(words(SHOP + entry, ask)).toEqual(['allow']);
    expect(words(SHOP + entry + scope, ask)).toEqual(['deny 14']);
  });

  // Found by the differential test.
  test('a host outside of the mesh may have no certificate of the mesh, where a rule asks it for one', () => {
    const entry = istio(
      'ServiceEntry',
      'shop/api',
      'hosts: [api.example.com], location: MESH_EXTERNAL, resolution: DNS, ports: [{ number: 443, name: grpc, protocol: GRPC }]',
    );
    const tls = (mode: string) =>
      istio('DestinationRule', 'shop/api', `host: api.example.com, trafficPolicy: { tls: { mode: ${mode} } }`);
    const ask = (mode: string) => new Simulated(SHOP + entry + tls(mode)).ask({ ...web, to: 'api.example.com' });
    expect(ask('ISTIO_MUTUAL')).toMatchObject({
      outcome: 'unknown',
      missing: ['whether api.example.com has a certificate of the mesh'],
    });
    expect(wordFor(ask('SIMPLE'))).toBe('allow');
  });

  test('a target port that no container names is a dead end', () => {
    const named = (name: string) => service('shop/order', `ports: [{ name: grpc, port: 50051, targetPort: ${name} }]`);
    expect(words(SHOP.replace(service('shop/order'), named('grpc')), web)).toEqual(['allow']);
    expect(words(SHOP.replace(service('shop/order'), named('http')), web)).toEqual(['deny 14']);
  });

  test('a policy asks for the port of the container, not for that of the service', () => {
    const shifted = SHOP.replace(
      service('shop/order'),
      service('shop/order', 'ports: [{ name: grpc, port: 80, targetPort: 50051 }]'),
    );
    const port = (number: number) => policy('shop/port', `rules: [{ to: [{ operation: { ports: ["${number}"] } }] }]`);
    expect(words(shifted + port(50051), web)).toEqual(['allow']);
    expect(words(shifted + port(80), web)).toEqual(['deny 7']);
  });

  // Found by the differential test: a connection that nobody reads as HTTP is closed, without any status.
  test('a port that does not speak HTTP has no paths, so a rule that asks for one is not in force', () => {
    const tcp = SHOP.replace(service('shop/order'), service('shop/order', 'ports: [{ name: tcp, port: 50051 }]'));
    const paths = policy('shop/paths', 'rules: [{ to: [{ operation: { paths: [/shop.Order/Place] } }] }]');
    expect(words(SHOP + paths, web)).toEqual(['allow']);
    expect(words(tcp + paths, web)).toEqual(['deny 14']);
  });
});
