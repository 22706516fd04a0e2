import { grpcMesh } from '../../support/command-line';
import { SMALL_MESH } from '../../support/small-mesh';
import { TOKEN_MESH } from '../../support/token-mesh';

const explain = (...words: string[]) => grpcMesh(['explain', ...words], SMALL_MESH);

test('a finding: what is wrong, why, what to write instead, and how to silence it', () => {
  const { out, exitCode } = explain('unknownfield');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^UnknownField: error \(elsewhere IST0106\)\n/);
  for (const part of [
    '\nAvoid:\n',
    '\nPrefer:\n',
    'suppress.cdk8s-grpc-mesh/UnknownField: the reason',
    '\nSee:\n  https://',
  ]) {
    expect(out).toContain(part);
  }
});

test('what both examples share: said once, before them', () => {
  expect(explain('CallerCannotSee').out).toMatch(/\nGiven:\n.*\nAvoid:\n.*\nPrefer:\n/s);
  expect(explain('SpiffePrincipal').out).not.toContain('Given:');
});

test('a finding that is graver or milder at times: when', () => {
  expect(explain('EmptyDenyRule').out).toMatch(
    /^EmptyDenyRule: warning; error where there are ALLOW policies beside it/,
  );
  expect(explain('EmptyDenyRule', '-o', 'json').out).toContain('"otherwise": {');
});

test('a finding that may never stay is not told how to silence', () => {
  const { out } = explain('SpiffePrincipal');
  expect(out).toContain('\nLeave it be: never.\n');
  expect(out).not.toContain('suppress.');
});

test('all findings that there are', () => {
  const { out, exitCode } = explain('codes');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^CODE +SEVERITY +WHAT IS WRONG\n/);
  expect(out).toMatch(/^SpiffePrincipal +error +\S/m);
  expect(JSON.parse(explain('codes', '-o', 'json').out)).toContainEqual(
    expect.objectContaining({ code: 'SpiffePrincipal', severity: 'error' }),
  );
});

test('the code of another tool: each rule that it stands for', () => {
  expect(explain('IST0106').out).toMatch(/^UnknownField: .*\nWrongType: /s);
});

test('a gRPC status, by name or number', () => {
  expect(explain('UNAVAILABLE').out).toMatch(/^UNAVAILABLE \(14\)\n\nThe call reached no server\./);
  expect(explain('14').out).toBe(explain('unavailable').out);
  expect(explain('NOT_FOUND').out).toContain('it comes from the application');
});

test('a word that is nothing is a wrong question', () => {
  const { err, exitCode } = explain('UnknownFeld');
  expect(exitCode).toBe(2);
  expect(err).toBe(
    "error: nothing here is called 'UnknownFeld'. Did you mean 'UnknownField'?\n" +
      "  'grpc-mesh explain codes' lists the findings; gRPC statuses are known too, as UNAVAILABLE or 14.\n",
  );
});

test('a call: the walls, the route, and the line that tries it', () => {
  const { out, exitCode } = explain('web', 'order', 'Place', '-f', '-');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^yes: shop\/web -> shop\/order Place\n/);
  expect(out).toContain('\n  its route:\n  routed\n');
  expect(out).toContain(
    "\n  try it: kubectl exec -n shop deployment/web -- grpcurl -plaintext -d '{}' order.shop.svc.cluster.local:50051 shop.v1.Order/Place\n",
  );
});

test('a call from outside is tried at the host of the gateway', () => {
  const { out } = explain('ingress', 'order', 'Track', '-f', '-');
  expect(out).toContain("\n  try it: grpcurl -d '{}' api.example.com:443 shop.v1.Order/Track\n");
});

test('a call of a pod without identity takes no route of a proxy', () => {
  const { out } = explain('plaintext', 'order', 'Place', '-f', '-');
  expect(out).toMatch(/^no: plaintext -> shop\/order Place\n/);
  expect(out).toContain('its route:\n  routed\n  to ');
  expect(out).not.toContain('VirtualService shop/order');
});

test('a call, for programs', () => {
  expect(JSON.parse(explain('web', 'order', 'Place', '-f', '-', '-o', 'json').out)).toMatchObject({
    outcome: 'allow',
    answers: [{ route: { timeout: '3s' }, tryIt: expect.stringContaining('grpcurl') }],
  });
});

test('a call with what it carries: by its policies and its routes', () => {
  const pinned = TOKEN_MESH.replace(
    'match: [{ uri: { exact: /shop.v1.Order/Place } }]',
    'match: [{ headers: { x-canary: { exact: always } } }]',
  );
  const ask = (...words: string[]) => grpcMesh(['explain', 'web', 'order', 'Quote', '-f', '-', ...words], pinned).out;
  const carried = ask('--header', 'x-canary=always');
  expect(carried).toMatch(/^yes: /);
  expect(carried).toContain("rule       'place' of");
  expect(ask()).toMatch(/^unknown: [\s\S]*missing {2}the header 'x-canary'\n/);
  expect(ask('--header', 'x-canary=never')).toMatch(/^no: /);
  expect(carried).toContain("-- grpcurl -plaintext -H 'x-canary: always' -d '{}' order.shop.svc.cluster.local:50051 ");
  expect(ask('--header', "x-canary=it's", '--claim', 'sub=me')).toContain(
    ` -H 'x-canary: it'\\''s' -H "authorization: Bearer $TOKEN" -d '{}' `,
  );
  expect(ask()).not.toContain("rule       'place' of");
});
