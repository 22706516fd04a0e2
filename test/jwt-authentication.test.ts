import type { App } from 'cdk8s';
import {
  GatewayWorkload,
  GrpcWebGateway,
  JwtAuthentication,
  type JwtAuthenticationProps,
  JwtIssuer,
  MeshIngress,
  type MeshIngressProps,
  MeshPort,
  MeshService,
  TlsCertificate,
  Workload,
  type ZeroTrustNamespace,
} from '../src';
import { Asked, type FromOutside } from './support/asked';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { coffeeShop, order, payment } from './support/shop';

const certificate = TlsCertificate.fromSecret('coffee-tls');
const login = JwtIssuer.of('https://login.example', { audiences: ['coffee'], forwardOriginalToken: true });
const user = { claims: { iss: 'https://login.example', sub: 'ann', aud: 'coffee' } };
const admin = { claims: { ...user.claims, roles: ['staff', 'admin'] } };
const stranger = { claims: { iss: 'https://elsewhere.example', sub: 'ann', aud: 'coffee' } };
const otherAudience = { claims: { ...user.claims, aud: 'tea' } };
const place = '/coffee.v1.Order/PlaceOrder';
const track = '/coffee.v1.Order/TrackOrder';

interface Shop {
  readonly app: App;
  readonly shop: ZeroTrustNamespace;
  readonly service: ReturnType<typeof order>;
  readonly pages: MeshService;
  readonly edge: MeshIngress;
  readonly users: JwtAuthentication;
}

/** `order` and its pages behind an ingress that asks for tokens. */
function guarded(props: Partial<MeshIngressProps> = {}): Shop {
  const { app, shop } = coffeeShop();
  const service = order(shop);
  const pages = new MeshService(shop, 'pages', {
    workload: Workload.image('ghcr.io/acme/pages:1'),
    ports: [MeshPort.http(8080), MeshPort.tcp(6379)],
  });
  const edge = new MeshIngress(shop, 'edge', {
    host: 'api.coffee.example',
    otherHosts: ['www.coffee.example'],
    ...(!props.insecurePlaintext && { certificate }),
    ...props,
  });
  edge.expose(service, undefined, { host: 'api.coffee.example' });
  edge.expose(pages, undefined, { host: 'www.coffee.example', port: 'http' });
  return {
    app,
    shop,
    service,
    pages,
    edge,
    users: new JwtAuthentication(shop, 'users', { ingress: edge, issuers: [login] }),
  };
}

function answer(of: (shop: Shop) => void, call: FromOutside, props?: Partial<MeshIngressProps>): string {
  const shop = guarded(props);
  of(shop);
  return Asked.of(shop.app).outside(call);
}

const nothing = () => {};

describe.each([
  ['shared gateway pods', 'istio-ingress/istio-ingress', {}],
  ['gateway pods of its own', 'coffee-shop/edge', { gateway: GatewayWorkload.own() }],
  [
    'a plaintext gateway of its own',
    'coffee-shop/edge',
    { gateway: GatewayWorkload.own(), insecurePlaintext: { reason: 'a laptop' } },
  ],
])('an ingress at %s', (_, gateway, props: Partial<MeshIngressProps>) => {
  const through = { gateway, port: props.insecurePlaintext ? 80 : 443 };

  test.each<[string, FromOutside['token'], string]>([
    ['no token', 'none', 'deny 7'],
    ['the token of a user', user, 'allow'],
    ['a token that does not validate', 'invalid', 'deny 16'],
    ['a token of another issuer', stranger, 'deny 16'],
    ['a token for another application', otherAudience, 'deny 7'],
    ['a token without a subject', { claims: { iss: 'https://login.example', aud: 'coffee' } }, 'deny 7'],
  ])('answers a call with %s as it should', (_, token, expected) => {
    expect(answer(nothing, { ...through, token }, props)).toBe(expected);
  });

  test('asks for a token on every host, and on pages as well', () => {
    const page = { ...through, host: 'www.coffee.example', path: '/about', method: 'GET' };
    expect(answer(nothing, { ...page, token: 'none' }, props)).toBe('deny 7');
    expect(answer(nothing, { ...page, token: user }, props)).toBe('allow');
  });

  test('asks for none where an RPC is public, and for one at its neighbour', () => {
    const open = ({ users, service }: Shop) => users.allowWithoutToken(service, ['TrackOrder']);
    expect(answer(open, { ...through, token: 'none', path: track }, props)).toBe('allow');
    expect(answer(open, { ...through, token: 'none', path: place }, props)).toBe('deny 7');
  });

  test('asks for a claim where one is wanted', () => {
    const claims = ({ users, service }: Shop) =>
      users.requireClaims(service, ['PlaceOrder'], { roles: ['admin', 'boss'] });
    expect(answer(claims, { ...through, token: admin }, props)).toBe('allow');
    expect(answer(claims, { ...through, token: user }, props)).toBe('deny 7');
    expect(answer(claims, { ...through, token: 'none' }, props)).toBe('deny 7');
    expect(answer(claims, { ...through, token: user, path: track }, props)).toBe('allow');
  });

  test('asks for every claim that was wanted, one within another too', () => {
    const claims = ({ users, service }: Shop) => {
      users.requireClaims(service, ['PlaceOrder'], { roles: ['admin'], 'realm_access[groups]': ['eu'] });
    };
    const inEurope = { claims: { ...admin.claims, realm_access: { groups: ['eu'] } } };
    expect(answer(claims, { ...through, token: admin }, props)).toBe('deny 7');
    expect(answer(claims, { ...through, token: inEurope }, props)).toBe('allow');
  });
});

test('a token that another ingress at the same gateway pods takes is none here', () => {
  const partners = JwtIssuer.of('https://partners.example', { audiences: ['coffee'] });
  const beside = ({ shop, service }: Shop) => {
    const other = new MeshIngress(shop, 'other', { host: 'partners.example', certificate });
    other.expose(service);
    new JwtAuthentication(shop, 'partners', { ingress: other, issuers: [partners] });
  };
  const token = { claims: { iss: 'https://partners.example', sub: 'acme', aud: 'coffee' } };
  expect(answer(beside, { host: 'partners.example', token })).toBe('allow');
  expect(answer(beside, { token })).toBe('deny 7');
  expect(answer(beside, { host: 'partners.example', token: user })).toBe('deny 7');
});

test('a token of its issuer for another audience, which another ingress at the same pods takes, is none here', () => {
  const beside = ({ shop, service }: Shop) => {
    const other = new MeshIngress(shop, 'other', { host: 'tea.example', certificate });
    other.expose(service);
    const issuers = [JwtIssuer.of('https://login.example', { audiences: ['tea'] })];
    new JwtAuthentication(shop, 'tea', { ingress: other, issuers });
  };
  expect(answer(beside, { host: 'tea.example', token: otherAudience })).toBe('allow');
  expect(answer(beside, { token: otherAudience })).toBe('deny 7');
  expect(answer(beside, { token: user })).toBe('allow');
});

test('at gateway pods of its own nobody else reads tokens, and one rule is enough', () => {
  const rules = (props: Partial<MeshIngressProps>) =>
    Manifests.of(guarded(props).app).all.find(
      ({ kind, spec }) => kind === 'AuthorizationPolicy' && spec.action === 'DENY',
    )?.spec.rules.length;
  expect(rules({ gateway: GatewayWorkload.own() })).toBe(2);
  expect(rules({})).toBe(4);
});

describe('public pages', () => {
  const page = { host: 'www.coffee.example', method: 'GET', token: 'none' } as const;

  test('may be a part of what is exposed', () => {
    const open = ({ users, pages }: Shop) => users.allowWithoutToken(pages, ['/login', '/static/'], { port: 'http' });
    const asked = (path: string) => answer(open, { ...page, path });
    expect(['/login', '/static/a.css', '/login/admin', '/statics', '/'].map(asked)).toEqual([
      'allow',
      'allow',
      'deny 7',
      'deny 7',
      'deny 7',
    ]);
  });

  test('that are all of a host leave no other host open', () => {
    const open = ({ users, pages }: Shop) => users.allowWithoutToken(pages, ['/'], { port: 'http' });
    expect(answer(open, { ...page, path: '/anything' })).toBe('allow');
    expect(answer(open, { token: 'none' })).toBe('deny 7');
  });

  test('that are all of a host leave an RPC of that host closed', () => {
    const open = ({ users, pages, edge, service }: Shop) => {
      edge.expose(service, ['PlaceOrder'], { host: 'www.coffee.example' });
      users.allowWithoutToken(pages, ['/'], { port: 'http' });
    };
    expect(answer(open, { ...page, path: place, method: 'POST' })).toBe('deny 7');
  });

  test('of one service do not open what another service has there', () => {
    const open = ({ users, pages }: Shop) => users.allowWithoutToken(pages, [track], { port: 'http' });
    expect(answer(open, { token: 'none', path: track })).toBe('deny 7');
  });
});

describe('browsers', () => {
  const origin = 'https://coffee.example';
  const web = ({ shop, edge, service }: Shop) =>
    new GrpcWebGateway(shop, 'web', { ingress: edge, origins: [origin] }).expose(service, ['PlaceOrder']);
  const policy = (of: (shop: Shop) => void) => {
    const shop = guarded();
    of(shop);
    return Manifests.of(shop.app).get('AuthorizationPolicy', 'coffee-shop-users');
  };

  test('ask before they call, without a token, and get their answer', () => {
    const asked = (of: (shop: Shop) => void) => {
      const shop = guarded();
      of(shop);
      return Asked.of(shop.app).atGateway({ method: 'OPTIONS' });
    };
    expect(asked(web)).toBe('allow');
    expect(asked(nothing)).toBe('deny');
  });

  test('then call with a token, and without one in vain', () => {
    expect(answer(web, { headers: { origin }, token: user })).toBe('allow');
    expect(answer(web, { headers: { origin }, token: 'none' })).toBe('deny 7');
  });

  test('open OPTIONS for what is theirs, and nothing else', () => {
    const free = (of: (shop: Shop) => void) =>
      policy(of)
        .spec.rules.flatMap(({ to }: { to: { operation: Record<string, string[]> }[] }) => to)
        .filter(({ operation }: { operation: Record<string, string[]> }) => operation.notMethods)
        .flatMap(({ operation }: { operation: Record<string, string[]> }) => operation.paths);
    expect(free(nothing)).toEqual([]);
    expect([...new Set(free(web))]).toEqual([place]);
  });
});

describe('a service that asks itself', () => {
  function asked(of: (users: JwtAuthentication, shop: Shop) => void = nothing): Asked {
    const shop = guarded();
    const users = new JwtAuthentication(shop.shop, 'at-order', { service: shop.service, issuers: [login] });
    const caller = new MeshService(shop.shop, 'caller', { workload: Workload.image('ghcr.io/acme/caller:1') });
    caller.calls(shop.service);
    of(users, shop);
    return Asked.of(shop.app);
  }
  const call = { from: 'coffee-shop/caller', to: 'order', path: place };

  test.each<[string, FromOutside['token'], string]>([
    ['no token', 'none', 'deny 7'],
    ['the token of a user', user, 'allow'],
    ['a token that does not validate', 'invalid', 'deny 16'],
  ])('answers a caller in the mesh with %s as it should', (_, token, expected) => {
    expect(asked().inside({ ...call, token })).toBe(expected);
  });

  test('has public RPCs and claims', () => {
    const it = asked((users, { service }) => {
      users.allowWithoutToken(service, ['TrackOrder']);
      users.requireClaims(service, ['PlaceOrder'], { roles: ['admin'] });
    });
    expect(it.inside({ ...call, path: track, token: 'none' })).toBe('allow');
    expect(it.inside({ ...call, token: user })).toBe('deny 7');
    expect(it.inside({ ...call, token: admin })).toBe('allow');
  });

  test('opens nothing to anybody with a token', () => {
    expect(asked().inside({ ...call, from: 'coffee-shop/pages', token: admin })).toBe('deny 14');
    const callers = (of: (shop: Shop) => void) => {
      const shop = guarded();
      of(shop);
      return Manifests.of(shop.app).get('AuthorizationPolicy', 'order').spec;
    };
    const itself = ({ shop, service }: Shop) => new JwtAuthentication(shop, 'at-order', { service, issuers: [login] });
    expect(callers(itself)).toEqual(callers(nothing));
  });

  test('has no use for tokens that an ingress before it keeps, which the synth says', () => {
    const problems = (forwardOriginalToken: boolean) => {
      const { shop } = coffeeShop();
      const service = order(shop);
      const edge = new MeshIngress(shop, 'edge', { host: 'api.coffee.example', certificate });
      edge.expose(service);
      const issuer = JwtIssuer.of('https://login.example', { audiences: ['coffee'], forwardOriginalToken });
      new JwtAuthentication(shop, 'users', { ingress: edge, issuers: [issuer] });
      return new JwtAuthentication(shop, 'at-order', { service, issuers: [login] }).node.validate().join();
    };
    expect(problems(false)).toContain('[TokenStripped]');
    expect(problems(true)).toBe('');
  });

  test('leaves its TCP ports to its callers', () => {
    const { app, shop, pages } = guarded();
    new JwtAuthentication(shop, 'at-pages', { service: pages, issuers: [login] });
    new MeshService(shop, 'caller', { workload: Workload.image('ghcr.io/acme/caller:1') }).calls(pages, undefined, {
      port: 'tcp',
    });
    const rules = Manifests.of(app).get('AuthorizationPolicy', 'at-pages').spec.rules;
    expect(rules.map(({ to }: { to: unknown }) => to)).toEqual([[{ operation: { ports: ['8080'], paths: ['/*'] } }]]);
    expect(Asked.of(app).inside({ from: 'coffee-shop/caller', to: 'pages:6379', path: undefined })).toBe('allow');
  });
});

describe('its objects', () => {
  test('lie beside the gateway pods, and hold for the server names of the ingress only', () => {
    const manifests = Manifests.of(guarded().app);
    const { spec } = manifests.get('AuthorizationPolicy', 'coffee-shop-users', 'istio-ingress');
    expect(spec.action).toBe('DENY');
    for (const { when } of spec.rules)
      expect(when).toContainEqual({ key: 'connection.sni', values: ['api.coffee.example', 'www.coffee.example'] });
    expect(manifests.get('RequestAuthentication', 'coffee-shop-users', 'istio-ingress').spec.selector).toEqual({
      matchLabels: { istio: 'ingress' },
    });
  });

  test('say on the authentication why it takes any audience', () => {
    const { app, shop } = coffeeShop();
    const lenient = JwtIssuer.of('https://login.example', {
      dangerouslyAnyAudience: { reason: 'the issuer has no aud' },
    });
    new JwtAuthentication(shop, 'users', { service: order(shop), issuers: [lenient] });
    const { metadata, spec } = Manifests.of(app).get('RequestAuthentication', 'users');
    expect(metadata.annotations).toHaveProperty(
      ['opt-out.cdk8s-grpc-mesh/dangerously-any-audience'],
      'the issuer has no aud',
    );
    expect(spec.jwtRules[0]).not.toHaveProperty('audiences');
  });
});

describe('refused is', () => {
  const created = (props: (shop: Shop) => Partial<JwtAuthenticationProps>) => () => {
    const shop = guarded();
    return new JwtAuthentication(shop.shop, 'more', { issuers: [login], ...props(shop) });
  };

  test.each<[string, string, () => unknown]>([
    ['neither ingress nor service', 'IngressOrService', created(() => ({}))],
    ['both', 'IngressOrService', created(({ edge, service }) => ({ ingress: edge, service }))],
    ['no issuer', 'NoIssuers', created(({ service }) => ({ service, issuers: [] }))],
    ['an issuer twice', 'DuplicateIssuer', created(({ service }) => ({ service, issuers: [login, login] }))],
    ['a second one at an ingress', 'SecondAuthentication', created(({ edge }) => ({ ingress: edge }))],
    [
      'a peer',
      'NotOurs',
      created(({ shop }) => ({
        service: MeshService.fromMeshServiceAttributes(shop, 'peer', {
          name: 'peer',
          namespaceName: 'peers',
          ports: [MeshPort.http(80)],
        }),
      })),
    ],
    [
      'a service of TCP alone',
      'NothingToGuard',
      created(({ shop }) => ({
        service: new MeshService(shop, 'redis', { workload: Workload.image('redis:7'), ports: [MeshPort.tcp(6379)] }),
      })),
    ],
    [
      'plaintext at shared gateway pods',
      'TokenInPlaintext',
      created(({ shop }) => ({
        ingress: new MeshIngress(shop, 'dev', { host: 'dev.example.com', insecurePlaintext: { reason: 'a laptop' } }),
      })),
    ],
  ])('%s', (_, code, attempt) => {
    expect(refusal(attempt).code).toBe(code);
  });

  test.each<[string, string, (shop: Shop) => unknown]>([
    ['an unknown RPC', 'UnknownMethod', ({ users, service }) => users.allowWithoutToken(service, ['Track'])],
    ['an empty list', 'NoOperations', ({ users, service }) => users.allowWithoutToken(service, [])],
    ['no claim', 'InvalidClaim', ({ users, service }) => users.requireClaims(service, ['PlaceOrder'], {})],
    [
      'a claim without values',
      'InvalidClaim',
      ({ users, service }) => users.requireClaims(service, ['PlaceOrder'], { a: [] }),
    ],
    ['a pattern', 'InvalidClaim', ({ users, service }) => users.requireClaims(service, ['PlaceOrder'], { a: ['*'] })],
    [
      'a blank claim',
      'InvalidClaim',
      ({ users, service }) => users.requireClaims(service, ['PlaceOrder'], { 'a b': ['c'] }),
    ],
  ])('%s', (_, code, attempt) => {
    expect(refusal(() => attempt(guarded())).code).toBe(code);
  });

  test('what is said about a service at another one', () => {
    const { shop, service } = guarded();
    const users = new JwtAuthentication(shop, 'at-order', { service, issuers: [login] });
    expect(refusal(() => users.allowWithoutToken(payment(shop), ['Charge'])).code).toBe('NotGuardedHere');
  });

  describe('at synth: what is said about operations that the ingress does not expose', () => {
    const claims = { roles: ['admin'] };

    test.each<[string, (shop: Shop) => void, string]>([
      [
        'claims of a service that is not behind it',
        ({ users, shop }) => users.requireClaims(payment(shop), ['Charge'], claims),
        "edge.expose(payment, ['coffee.v1.Payment/Charge'])",
      ],
      [
        'a public RPC of a service that is not behind it',
        ({ users, shop }) => users.allowWithoutToken(payment(shop), ['Charge']),
        "edge.expose(payment, ['coffee.v1.Payment/Charge'])",
      ],
      [
        'an RPC of a service with another one behind it',
        ({ users, shop, edge }) => {
          const pay = payment(shop);
          edge.expose(pay, ['Charge']);
          users.requireClaims(pay, ['Charge', 'Refund'], claims);
        },
        "edge.expose(payment, ['coffee.v1.Payment/Refund'])",
      ],
      [
        'a path of a port with another one behind it',
        ({ users, shop, edge }) => {
          const ports = [MeshPort.http(80), MeshPort.http(8081, { name: 'admin' })];
          const site = new MeshService(shop, 'site', { workload: Workload.image('ghcr.io/acme/site:1'), ports });
          edge.expose(site, ['/site/'], { port: 'http' });
          users.requireClaims(site, ['/site/admin'], claims, { port: 'admin' });
        },
        "edge.expose(site, ['/site/admin'], { port: 'http-admin' })",
      ],
    ])('%s', (_, say, line) => {
      const shop = guarded();
      say(shop);
      const problems = shop.users.node.validate().join();
      expect(problems).toContain('[NotExposedThere]');
      expect(problems).toContain(line);
    });

    test('and not what it exposes later, nor parts and wholes of its paths', () => {
      const { users, shop, edge, pages } = guarded();
      const pay = payment(shop);
      users.requireClaims(pay, ['Charge'], claims);
      users.requireClaims(pages, ['/admin/'], claims, { port: 'http' });
      edge.expose(pay, ['Charge'], { host: 'api.coffee.example' });
      expect(users.node.validate()).toEqual([]);
    });

    test('and not what is said at a service itself', () => {
      const { shop, service } = guarded();
      const users = new JwtAuthentication(shop, 'at-order', { service, issuers: [login] });
      users.requireClaims(service, ['PlaceOrder'], claims);
      expect(users.node.validate()).toEqual([]);
    });
  });

  test('at synth: one for which nothing is left', () => {
    const { users, service, pages } = guarded();
    users.allowWithoutToken(service, ['PlaceOrder', 'TrackOrder']);
    expect(users.node.validate()).toEqual([]);
    users.allowWithoutToken(pages, ['/'], { port: 'http' });
    expect(users.node.validate().join()).toContain('[NothingToGuard]');
  });
});
