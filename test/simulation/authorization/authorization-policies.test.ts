import { deployment, Guard, policy } from '../../support/guarded';

const ALLOW_WEB = policy(
  'shop/order',
  'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]',
);
const DENY_WEB = policy('shop/no-web', 'action: DENY, rules: [{ from: [{ source: { serviceAccounts: [web] } }] }]');

describe('an allowed request', () => {
  test('names the policy and the rule that allow it', () => {
    const { outcome, reasons } = new Guard(ALLOW_WEB).decide();
    expect(outcome).toBe('allow');
    expect(reasons).toMatchObject([
      {
        text: 'ALLOW policy shop/order allows it by spec.rules[0]',
        path: ['spec', 'rules', 0],
        object: { name: 'order' },
      },
    ]);
  });

  test('is told that nothing guards the workload', () => {
    expect(new Guard('').decide().reasons).toMatchObject([
      { text: 'no AuthorizationPolicy is in force for shop/order', layer: 'authorization-policy' },
    ]);
  });
});

describe('a denied request', () => {
  test('names the DENY policy, whatever an ALLOW policy says', () => {
    const decision = new Guard(ALLOW_WEB + DENY_WEB).decide();
    expect(decision).toMatchObject({
      outcome: 'deny',
      reasons: [{ text: 'DENY policy shop/no-web denies it by spec.rules[0]', path: ['spec', 'rules', 0] }],
    });
    expect(decision.nearMisses()).toEqual([]);
  });

  test('names all ALLOW policies in force where none matches', () => {
    const nothing = policy('shop/allow-nothing', '');
    expect(new Guard(nothing + ALLOW_WEB).decide({ principal: '' }).reasons).toMatchObject([
      { text: 'ALLOW policy shop/allow-nothing has no rules, so it allows nothing', path: ['spec'] },
      {
        text: 'no rule of ALLOW policy shop/order matches, and with it in force shop/order takes only what a rule allows',
        path: ['spec', 'rules'],
      },
    ]);
  });
});

describe('what files do not say', () => {
  const office = 'from: [{ source: { ipBlocks: [10.0.0.0/8] } }]';

  test('is named where it decides', () => {
    expect(new Guard(policy('shop/office', `rules: [{ ${office} }]`)).decide()).toMatchObject({
      outcome: 'unknown',
      missing: ['the address of the peer'],
      reasons: [{ text: 'ALLOW policy shop/office may match by spec.rules[0], which asks for what files do not say' }],
    });
  });

  test('does not matter where another rule matches', () => {
    expect(new Guard(policy('shop/office', `rules: [{ ${office} }]`) + ALLOW_WEB).outcome()).toBe('allow');
  });

  test('does not matter where something else of the rule fails', () => {
    const rule = `rules: [{ ${office}, to: [{ operation: { methods: [GET] } }] }]`;
    expect(new Guard(policy('shop/office', rule)).outcome()).toBe('deny');
  });

  test('does not matter where a DENY policy matches', () => {
    expect(new Guard(policy('shop/office', `rules: [{ ${office} }]`) + DENY_WEB).outcome()).toBe('deny');
  });

  test('keeps a DENY policy from being passed', () => {
    const guard = new Guard(policy('shop/office', `action: DENY, rules: [{ ${office} }]`));
    expect(guard.outcome()).toBe('unknown');
    expect(guard.outcome({ sourceIp: '10.1.1.1' })).toBe('deny');
    expect(guard.outcome({ sourceIp: '11.1.1.1' })).toBe('allow');
  });

  test.each`
    key                                    | missing
    ${'source.ip'}                         | ${'the address of the peer'}
    ${'remote.ip'}                         | ${'the address of the client'}
    ${'destination.ip'}                    | ${'the address of the pod'}
    ${'connection.sni'}                    | ${'the server name of the TLS handshake'}
    ${'experimental.envoy.filters.a.b[c]'} | ${"what 'experimental.envoy.filters.a.b[c]' holds in the proxy"}
    ${'request.headers[X-Forwarded-For]'}  | ${"the header 'x-forwarded-for', which proxies write"}
    ${'request.headers[:scheme]'}          | ${"the header ':scheme', which proxies write"}
  `('$key', ({ key, missing }) => {
    const guard = new Guard(policy('shop/order', `rules: [{ when: [{ key: "${key}", values: ["10.0.0.1"] }] }]`));
    expect(guard.decide()).toMatchObject({ outcome: 'unknown', missing: [missing] });
  });

  test('several facts are all named', () => {
    const rules =
      'rules: [{ when: [{ key: source.ip, values: [10.0.0.1] }] }, { when: [{ key: remote.ip, values: [10.0.0.1] }] }]';
    expect(new Guard(policy('shop/order', rules)).decide().missing).toEqual([
      'the address of the peer',
      'the address of the client',
    ]);
  });

  test('the server name of plaintext is known: there is none', () => {
    const guard = new Guard(policy('shop/order', 'rules: [{ when: [{ key: connection.sni, values: ["*"] }] }]'));
    expect(guard.outcome({ principal: '' })).toBe('deny');
  });
});

describe('a policy of action CUSTOM', () => {
  const custom = (provider: string, name = provider) =>
    policy(
      `shop/${name}`,
      `action: CUSTOM, provider: { name: ${provider} }, rules: [{ to: [{ operation: { paths: [/shop.Order/*] } }] }]`,
    );
  const defined = (...providers: object[]) => ({ mesh: { extensionProviders: providers as never, stated: true } });
  const opa = { name: 'opa', envoyExtAuthzGrpc: { service: 'opa.x', port: 9191 } };

  test('leaves the answer to its provider', () => {
    expect(new Guard(custom('opa'), defined(opa)).decide()).toMatchObject({
      outcome: 'unknown',
      missing: ["what provider 'opa' answers"],
      reasons: [{ text: "CUSTOM policy shop/opa leaves it to provider 'opa' by spec.rules[0]" }],
    });
  });

  test('is not asked about what it does not match', () => {
    expect(new Guard(custom('opa'), defined(opa)).outcome({ path: '/other' })).toBe('allow');
  });

  test('leaves the answer to its provider where the configuration of the mesh is not among the manifests', () => {
    expect(new Guard(custom('opa')).outcome()).toBe('unknown');
  });

  test('cannot save a request that a later policy denies', () => {
    expect(new Guard(custom('opa') + DENY_WEB, defined(opa)).outcome()).toBe('deny');
    expect(new Guard(custom('opa') + ALLOW_WEB, defined(opa)).outcome({ principal: '' })).toBe('deny');
  });

  test('denies what it matches if the mesh does not define its provider', () => {
    const guard = new Guard(custom('opa'), defined({ name: 'opa', zipkin: {} }));
    expect(guard.decide()).toMatchObject({
      outcome: 'deny',
      reasons: [
        {
          text: "CUSTOM policy shop/opa denies it by spec.rules[0], because the mesh cannot ask its provider 'opa'",
        },
      ],
    });
    expect(guard.outcome({ path: '/other' })).toBe('allow');
  });

  test('denies what it matches if another one names another provider', () => {
    const other = { ...opa, name: 'other' };
    expect(new Guard(custom('opa') + custom('other'), defined(opa, other)).outcome()).toBe('deny');
    expect(new Guard(custom('opa') + custom('opa', 'again'), defined(opa, other)).outcome()).toBe('unknown');
  });

  test('denies what it matches if two providers share the name', () => {
    expect(new Guard(custom('opa'), defined(opa, opa)).outcome()).toBe('deny');
  });

  test('is ignored on TCP if the provider speaks HTTP', () => {
    const web = { name: 'opa', envoyExtAuthzHttp: { service: 'opa.x', port: 8000 } };
    expect(new Guard(custom('opa'), defined(web)).outcome({ protocol: 'tcp' })).toBe('allow');
    expect(new Guard(custom('opa'), defined(opa)).outcome({ protocol: 'tcp' })).toBe('unknown');
  });
});

describe('an object that the API server refuses', () => {
  const bad = (spec: string, id = 'shop/bad') => policy(id, spec);

  test('makes unknown what it could have changed', () => {
    expect(new Guard(bad('rules: [{ form: [] }]')).decide()).toMatchObject({
      outcome: 'unknown',
      missing: ['whether AuthorizationPolicy shop/bad is in the cluster'],
      reasons: [
        {
          object: { name: 'bad' },
          text: expect.stringContaining("spec.rules[0].form: there is no such field. Did you mean 'from'?"),
        },
      ],
    });
  });

  test('makes unknown nothing else: a DENY policy still denies', () => {
    expect(new Guard(bad('rules: [{ form: [] }]') + DENY_WEB).outcome()).toBe('deny');
  });

  test('is without effect where it surely allows and an ALLOW policy allows too', () => {
    expect(new Guard(bad('action: ALLOW, rules: [{ form: [] }]') + ALLOW_WEB).outcome()).toBe('allow');
    expect(new Guard(bad('action: ALLOW, rules: [{ form: [] }]') + ALLOW_WEB).outcome({ principal: '' })).toBe(
      'unknown',
    );
  });

  test('is without effect where it surely denies and no ALLOW policy matches', () => {
    expect(new Guard(bad('action: DENY, rules: [{ form: [] }]') + ALLOW_WEB).outcome()).toBe('unknown');
    expect(new Guard(bad('action: DENY, rules: [{ form: [] }]') + ALLOW_WEB).outcome({ principal: '' })).toBe('deny');
  });

  test.each`
    effect          | spec                                                              | id
    ${'of another'} | ${'selector: { matchLabels: { app: other } }, rules: [{ a: 1 }]'} | ${'shop/bad'}
    ${'elsewhere'}  | ${'rules: [{ a: 1 }]'}                                            | ${'other/bad'}
    ${'of gateway'} | ${'targetRefs: [{ kind: Gateway, name: 1 }]'}                     | ${'shop/bad'}
    ${'an audit'}   | ${'action: AUDIT, rules: [{ a: 1 }]'}                             | ${'shop/bad'}
  `('is without effect: $effect', ({ spec, id }) => {
    const guard = new Guard(bad(spec, id));
    expect(guard.cluster.malformed).toHaveLength(1);
    expect(guard.outcome()).toBe('allow');
  });

  test('counts in the root namespace, and with a kind that is a slip of the pen', () => {
    expect(new Guard(bad('rules: [{ a: 1 }]', 'istio-system/bad')).outcome()).toBe('unknown');
    expect(new Guard(bad('').replace('AuthorizationPolicy', 'AuthorisationPolicy')).outcome()).toBe('unknown');
  });

  test('an object of another kind is without effect', () => {
    const peer = bad('mtls: { mode: STRONG }').replace('AuthorizationPolicy', 'PeerAuthentication');
    const guard = new Guard(peer);
    expect(guard.cluster.malformed).toHaveLength(1);
    expect(guard.outcome()).toBe('allow');
  });

  test('so does one that only the webhook of Istio refuses', () => {
    expect(new Guard(policy('shop/empty', 'action: DENY')).decide()).toMatchObject({
      outcome: 'unknown',
      missing: ['whether AuthorizationPolicy shop/empty is in the cluster'],
      reasons: [{ text: "Istio's webhook refuses AuthorizationPolicy shop/empty: action DENY without rules" }],
    });
  });
});

describe('the data plane', () => {
  test('without a proxy, nothing is enforced', () => {
    const guard = new Guard(deployment('shop/order', 'sidecar.istio.io/inject: "false"') + policy('shop/nothing', ''));
    expect(guard.decide()).toMatchObject({
      outcome: 'allow',
      reasons: [{ text: 'shop/order has no proxy: no AuthorizationPolicy is enforced' }],
    });
    expect(guard.outcome()).toBe('allow');
  });

  test('if nobody knows whether there is a proxy, nobody knows whether it is enforced', () => {
    const pods = deployment('shop/order').replace(/apiVersion: v1\nkind: Namespace\n.*\n---/, '');
    const guard = new Guard(pods + policy('shop/nothing', ''));
    expect(guard.outcome()).toBe('unknown');
    expect(guard.decide().missing).toEqual(['whether namespace shop is injected']);
    expect(new Guard(pods).outcome()).toBe('allow');
  });
});

describe('a path', () => {
  const rules = 'rules: [{ to: [{ operation: { paths: [/a/b] } }] }]';

  test.each`
    pathNormalization             | path          | outcome
    ${undefined}                  | ${'/a/./b'}   | ${'allow'}
    ${'NONE'}                     | ${'/a/./b'}   | ${'deny'}
    ${'BASE'}                     | ${'/a//b'}    | ${'deny'}
    ${'MERGE_SLASHES'}            | ${'/a//b'}    | ${'allow'}
    ${'DECODE_AND_MERGE_SLASHES'} | ${'/a%2Fb?q'} | ${'allow'}
  `('is $path with $pathNormalization: $outcome', ({ pathNormalization, path, outcome }) => {
    const mesh = pathNormalization ? { pathNormalization } : {};
    expect(new Guard(policy('shop/order', rules), { mesh }).outcome({ path })).toBe(outcome);
  });
});

describe('headers', () => {
  const when = (key: string, values: string) =>
    new Guard(policy('shop/order', `rules: [{ when: [{ key: "request.headers[${key}]", values: [${values}] }] }]`));

  test.each`
    key             | values                   | headers                | outcome
    ${'X-Tenant'}   | ${'a'}                   | ${{ 'x-tenant': 'a' }} | ${'allow'}
    ${'x-tenant'}   | ${'a'}                   | ${{ 'x-tenant': 'A' }} | ${'deny'}
    ${'x-tenant'}   | ${'"*"'}                 | ${{ 'x-tenant': '' }}  | ${'allow'}
    ${'x-tenant'}   | ${'"*"'}                 | ${{}}                  | ${'deny'}
    ${':method'}    | ${'POST'}                | ${{}}                  | ${'allow'}
    ${':authority'} | ${'"order.*"'}           | ${{}}                  | ${'allow'}
    ${'host'}       | ${'"order.*"'}           | ${{}}                  | ${'allow'}
    ${':path'}      | ${'/shop.Order/Place?q'} | ${{}}                  | ${'allow'}
    ${'toString'}   | ${'"*"'}                 | ${{}}                  | ${'deny'}
  `('$key is one of $values: $outcome', ({ key, values, headers, outcome }) => {
    expect(when(key, values).outcome({ headers, path: '/shop.Order/./Place?q#x' })).toBe(outcome);
  });

  test.each`
    key             | known                                                 | outcome      | missing
    ${'X-Tenant'}   | ${{ anyHeaderBut: [] }}                               | ${'unknown'} | ${["the header 'x-tenant'"]}
    ${'x-tenant'}   | ${{ anyHeaderBut: ['other'] }}                        | ${'unknown'} | ${["the header 'x-tenant'"]}
    ${'x-tenant'}   | ${{ anyHeaderBut: ['x-tenant'] }}                     | ${'deny'}    | ${[]}
    ${'x-tenant'}   | ${{ anyHeaderBut: [], headers: { other: 'a' } }}      | ${'unknown'} | ${["the header 'x-tenant'"]}
    ${'x-tenant'}   | ${{ anyHeaderBut: [], headers: { 'x-tenant': 'a' } }} | ${'allow'}   | ${[]}
    ${'x-tenant'}   | ${{ anyHeaderBut: [], headers: { 'x-tenant': 'b' } }} | ${'deny'}    | ${[]}
    ${':method'}    | ${{ anyHeaderBut: [] }}                               | ${'deny'}    | ${[]}
    ${':authority'} | ${{ anyHeaderBut: [] }}                               | ${'deny'}    | ${[]}
    ${'host'}       | ${{ anyHeaderBut: [], authority: 'a' }}               | ${'allow'}   | ${[]}
    ${':protocol'}  | ${{ anyHeaderBut: [] }}                               | ${'deny'}    | ${[]}
  `('$key is a, of headers of which is known $known: $outcome', ({ key, known, outcome, missing }) => {
    expect(when(key, 'a').decide(known)).toMatchObject({ outcome, missing });
  });

  test('whom a DENY policy refuses for a header that nobody states is not plainly allowed', () => {
    const denied = new Guard(
      policy('shop/order', 'action: DENY, rules: [{ when: [{ key: "request.headers[x-tenant]", values: [a] }] }]'),
    );
    expect(denied.outcome({ anyHeaderBut: [] })).toBe('unknown');
    expect(denied.outcome({ headers: {} })).toBe('allow');
  });
});

describe('who calls without identity', () => {
  test.each(['principals', 'namespaces', 'serviceAccounts', 'requestPrincipals', 'trustDomains'])(
    'is in no %s, so it is in whatever is not',
    (field) => {
      const value = field === 'serviceAccounts' ? 'web' : '"*"';
      const not = `not${field[0].toUpperCase()}${field.slice(1)}`;
      const rule = (name: string) => policy('shop/p', `rules: [{ from: [{ source: { ${name}: [${value}] } }] }]`);
      expect(new Guard(rule(field)).outcome({ principal: '' })).toBe('deny');
      expect(new Guard(rule(not)).outcome({ principal: '' })).toBe('allow');
    },
  );
});

test('a mesh knows its own under each of its trust domains', () => {
  const mesh = { trustDomain: 'new.example', trustDomainAliases: ['old.example'] };
  const guard = new Guard(ALLOW_WEB, { mesh });
  expect(guard.outcome({ principal: 'new.example/ns/shop/sa/web' })).toBe('allow');
  expect(guard.outcome({ principal: 'old.example/ns/shop/sa/web' })).toBe('allow');
  expect(guard.outcome({ principal: 'cluster.local/ns/shop/sa/web' })).toBe('deny');
  const domains = new Guard(policy('shop/p', 'rules: [{ from: [{ source: { trustDomains: [old.example] } }] }]'), {
    mesh,
  });
  expect(domains.outcome({ principal: 'new.example/ns/shop/sa/web' })).toBe('allow');
  expect(domains.outcome({ principal: 'else.example/ns/shop/sa/web' })).toBe('deny');
});

test('policies in force are told apart', () => {
  const guard = new Guard(
    ALLOW_WEB +
      DENY_WEB +
      policy('shop/dry', 'rules: [{}]', 'istio.io/dry-run: "true"') +
      policy('shop/log', 'action: AUDIT, rules: [{}]'),
  );
  const [workload] = guard.cluster.workloads;
  const names = Object.entries(guard.policies.inForce(workload)).map(([key, list]) => [
    key,
    list.map((one: { manifest: { name: string } }) => one.manifest.name),
  ]);
  expect(Object.fromEntries(names)).toEqual({
    custom: [],
    deny: ['no-web'],
    allow: ['order'],
    audit: ['log'],
    dryRun: ['dry'],
    doubtful: [],
  });
  expect(guard.policies.inForce(workload)).toBe(guard.policies.inForce(workload));
});
