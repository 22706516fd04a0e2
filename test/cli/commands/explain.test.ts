import { grpcMesh } from '../../support/command-line';
import { SMALL_MESH } from '../../support/small-mesh';

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
  expect(err).toMatch(/^error: nothing here is called 'UnknownFeld'\. Did you mean 'UnknownField'\?\n/);
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

test('a call, for programs', () => {
  expect(JSON.parse(explain('web', 'order', 'Place', '-f', '-', '-o', 'json').out)).toMatchObject({
    outcome: 'allow',
    answers: [{ route: { timeout: '3s' }, tryIt: expect.stringContaining('grpcurl') }],
  });
});
