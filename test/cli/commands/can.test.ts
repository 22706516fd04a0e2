import { grpcMesh } from '../../support/command-line';
import { SMALL_MESH } from '../../support/small-mesh';
import { TOKEN_MESH } from '../../support/token-mesh';

const can = (question: string, input = SMALL_MESH) => grpcMesh(['can', ...question.split(' '), '-f', '-'], input);

test('a yes names the rule and its line', () => {
  const { out, err, exitCode } = can('web order Place');
  expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 });
  expect(out).toMatch(/^yes: shop\/web -> shop\/order Place\n/);
  expect(out).toContain('AuthorizationPolicy shop/order spec.rules[0]  stdin:57\n');
});

test('a no says what the caller sees, and what it lacks for the nearest rule', () => {
  const { out, exitCode } = can('thief order Place');
  expect(exitCode).toBe(1);
  expect(out).toMatch(/^no: shop\/thief -> shop\/order Place\n {2}shop\/thief sees PERMISSION_DENIED \(7\)\n/);
  expect(out).toContain(
    "nearly   the principal is 'cluster.local/ns/shop/sa/thief', the rule wants 'cluster.local/ns/shop/sa/web'\n" +
      '           AuthorizationPolicy shop/order spec.rules[0]  stdin:57\n',
  );
});

test('what the manifests do not say is never a yes, and the missing fact is named', () => {
  const { out, exitCode } = can(
    'web order Place',
    SMALL_MESH.replace(/kind: Namespace\nmetadata: { name: shop/, 'kind: Namespace\nmetadata: { name: other'),
  );
  expect(exitCode).toBe(1);
  expect(out).toMatch(/^unknown: /);
  expect(out).toMatch(/ {2}missing {2}.*namespace shop/);
});

test('what is so in one case only is not said as a fact', () => {
  const open = SMALL_MESH.slice(SMALL_MESH.indexOf('---'));
  expect(
    can('web order Place', open)
      .out.replaceAll(/^ +(because +)?/gm, '')
      .split('\n')
      .slice(3, 7),
  ).toEqual([
    'if shop/web has a sidecar, and shop/order has a sidecar: port 50051 of shop/order: STRICT takes mutual TLS',
    'if shop/web has no sidecar: shop/web has no proxy, and speaks plaintext',
    'if shop/web has no sidecar, and shop/order has a sidecar: port 50051 of shop/order: STRICT resets plaintext connections',
    'missing  the labels of namespace shop',
  ]);
  expect(can('plaintext order Place', open).out).toContain('because  a client without identity has no proxy');
});

test.each([
  ['web order Place', 0],
  ['shop/web shop/order Place', 0],
  ['deploy/web svc/order Place', 0],
  ['deploy/web svc/order Place -n shop', 0],
  ['sa/web order.shop Place', 0],
  ['sa/web order.shop.svc Place', 0],
  ['sa/web order.shop.svc.cluster.local:50051 Place', 0],
  ['ns/shop/sa/web order shop.v1.Order/Place', 0],
  ['spiffe://cluster.local/ns/shop/sa/web order /shop.v1.Order/Place', 0],
  ['cluster.local/ns/shop/sa/web order Place', 0],
  ['system:serviceaccount:shop:web order Place', 0],
  ['ns/bank/sa/web order Place', 1],
  ['web order Track', 1],
  ['web order shop.v1.Order/Cancel', 1],
  ['ingress order Track', 0],
  ['https://api.example.com order Track', 0],
  ['ingress order Place', 1],
  ['plaintext order Place', 1],
  ['web order', 1],
])('%s', (question, exitCode) => {
  const printed = can(question);
  expect(printed.err).toBe('');
  expect(printed.exitCode).toBe(exitCode);
});

test('the pods behind a Service may be called by its name', () => {
  const { out } = can(
    'web-front order Place',
    `${SMALL_MESH}---
apiVersion: v1
kind: Service
metadata: { name: web-front, namespace: shop }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
`,
  );
  expect(out).toMatch(/^yes: shop\/web -> /);
});

test('a host behind the wildcard of a Gateway is a way in', () => {
  const star = SMALL_MESH.replace('hosts: [api.example.com]\n      tls', 'hosts: ["*.example.com"]\n      tls');
  expect(can('https://api.example.com order Track', star).exitCode).toBe(0);
  expect(can('https://api.example.org order Track', star).exitCode).toBe(2);
});

test.each([
  ['webb order Place', "error: no workload 'webb' is among the manifests. Did you mean 'web'?\n"],
  [
    'shop/webb order Place',
    "error: no workload 'shop/webb' in namespace shop is among the manifests. Did you mean 'shop/web'?\n",
  ],
  ['sts/web order Place', "error: no workload 'sts/web' is among the manifests."],
  ['web order Place -n bank', "error: no workload 'web' in namespace bank"],
  ['sa/ghost order Place', 'error: a ServiceAccount ghost is in no namespace\n  Say which: -n NAMESPACE.\n'],
  ['web oder Place', "error: no service 'oder' is among the manifests. Did you mean 'order'?\n"],
  ['web order.shopp Place', "error: no service 'order.shopp' is among the manifests. Did you mean 'order.shop'?\n"],
  ['web order:80 Place', 'error: shop/order has no port 80\n  It has 50051 (grpc).\n'],
  ['web order Plaice', "error: the manifests name no RPC 'Plaice' of shop/order. Did you mean 'Place'?\n"],
  ['https://api.exmple.com order Place', 'error: no Gateway listens on https://api.exmple.com. Did you mean '],
])('%s is a wrong question', (question, message) => {
  const { out, err, exitCode } = can(question);
  expect(err.slice(0, message.length)).toBe(message);
  expect({ out, exitCode }).toEqual({ out: '', exitCode: 2 });
});

test('a name in two namespaces is not guessed', () => {
  const twice = `${SMALL_MESH}---\n${SMALL_MESH.replaceAll(/(namespace|name): shop/g, '$1: market').replaceAll('shop.svc', 'market.svc')}`;
  expect(can('web order.shop Place', twice).err).toContain(
    "error: 'web' may be 'shop/web' or 'market/web'\n  Say which, or say where: -n NAMESPACE.\n",
  );
  expect(can('shop/web order Place', twice).err).toContain("error: 'order' may be 'shop/order' or 'market/order'\n");
  expect(can('web order Place -n shop', twice).out).toMatch(/^yes: shop\/web -> shop\/order Place\n/);
});

test('for programs it is JSON with all that it rests on', () => {
  const { out, exitCode } = can('thief order Place -o json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    outcome: 'deny',
    answers: [
      {
        caller: 'shop/thief',
        callee: 'shop/order Place',
        path: '/shop.v1.Order/Place',
        outcome: 'deny',
        grpcStatus: 'PERMISSION_DENIED (7)',
        reasons: [{ object: 'AuthorizationPolicy shop/order', field: 'spec.rules', place: 'stdin:56' }],
        nearMisses: [{ field: 'spec.rules[0]' }, { field: 'spec.rules[1]' }],
        missing: [],
      },
    ],
  });
});

test('a host outside is called by its host, not by the name of its ServiceEntry', () => {
  const entry = `${SMALL_MESH}---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: bank, namespace: shop }
spec:
  hosts: [api.bank.example]
  ports: [{ number: 443, name: grpc, protocol: GRPC }]
  location: MESH_EXTERNAL
  resolution: DNS
`;
  for (const word of ['bank', 'shop/bank']) {
    expect(can(`web ${word}`, entry).err).toBe(
      `error: '${word}' is a ServiceEntry, and clients call its hosts\n  Write the host: api.bank.example.\n`,
    );
  }
  expect(can('web api.bank.example', entry).err).toBe('');
  expect(can('web banc', entry).err).not.toContain("Did you mean 'bank'");
});

describe('what the call carries', () => {
  const ISSUER = '--claim iss=https://issuer.example --claim sub=me';
  test.each([
    ['of a token that nobody describes nothing is known', 'web order Refund', 'unknown'],
    ['claims that a policy asks for', `web order Refund ${ISSUER} --claim groups=dev --claim groups=admin`, 'yes'],
    ['a claim with another value', `web order Refund ${ISSUER} --claim groups=dev`, 'no'],
    ['no such claim', `web order Refund ${ISSUER}`, 'no'],
    ['the token of another issuer', 'web order Refund --claim iss=https://evil.example --claim groups=admin', 'no'],
    ['no token', 'web order Refund --no-token', 'no'],
    ['a header that a policy asks for', 'web order Quote --header X-Canary=always', 'yes'],
    ['the header with another value', 'web order Quote --header x-canary=never', 'no'],
    ['of headers that nobody names nothing is known', 'web order Quote', 'unknown'],
    ['those that are named are all', 'web order Quote --header other=always', 'no'],
    ['what no policy asks for changes nothing', `web order Place ${ISSUER} --header x-canary=always`, 'yes'],
    ['a token that the pods refuse', 'web order Place --claim iss=https://evil.example', 'no'],
  ])('%s', (_, question, answer) => {
    const { out, err } = can(question, TOKEN_MESH);
    expect(err).toBe('');
    expect(out.split(':')[0]).toBe(answer);
  });

  test('the nearest rule says which claim or header is missing', () => {
    expect(can(`web order Refund ${ISSUER}`, TOKEN_MESH).out).toContain("nearly   the token has no claim 'groups', ");
    expect(can('web order Quote --header other=a', TOKEN_MESH).out).toContain(
      "nearly   the request has no header 'x-canary', ",
    );
    expect(can('web order Quote', TOKEN_MESH)).toMatchObject({
      out: expect.stringContaining("missing  the header 'x-canary'\n"),
      exitCode: 1,
    });
    expect(can('web order Refund', TOKEN_MESH).out).toContain(
      'missing  the claims of the token that the caller shows\n',
    );
  });

  test('a token is read at the pods that a RequestAuthentication is for, and nowhere else', () => {
    const unread = TOKEN_MESH.replace('kind: RequestAuthentication', 'kind: PeerAuthentication').replace(
      /\n {2}jwtRules: .*/,
      '',
    );
    const { out } = can(`web order Refund ${ISSUER} --claim groups=admin --header other=a`, unread);
    expect(out).toMatch(/^no: [\s\S]*nearly {3}the request has no validated token/);
  });

  test('what is no header or claim is a wrong question', () => {
    expect(can('web order Place --claim nonsense')).toEqual({
      out: '',
      err: "error: 'nonsense' is no claim\n  Write --claim name=value, --claim outer[inner]=value.\n",
      exitCode: 2,
    });
  });
});
