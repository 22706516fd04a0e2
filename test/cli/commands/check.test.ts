import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grpcMesh } from '../../support/command-line';
import { SMALL_MESH } from '../../support/small-mesh';

const check = (input: string, ...options: string[]) => grpcMesh(['check', '-', ...options], input);

const BROKEN = SMALL_MESH.replace('principals: [cluster.local', 'principals: [spiffe://cluster.local');

test('what is right is said to be so', () => {
  expect(check(SMALL_MESH)).toEqual({
    out: '0 errors, 0 warnings, 0 info in 12 objects of 1 file\n',
    err: '',
    exitCode: 0,
  });
});

test('a finding has its line, its severity, its code, its object, what is wrong and how to mend it', () => {
  const { out, exitCode } = check(BROKEN);
  expect(exitCode).toBe(1);
  expect(out).toMatch(
    /^stdin:57 {2}error {2}SpiffePrincipal {2}security\.istio\.io\/AuthorizationPolicy shop\/order spec\.rules\[0\]\.from\[0\]\.source\.principals\[0\]\n {2}\S.*\n {2}fix: \S.*\n\n/,
  );
  expect(out).toMatch(/\n1 error, 0 warnings, 0 info in 12 objects of 1 file\n$/);
});

test('what an annotation silences is counted with its reason, and is none', () => {
  const { out, exitCode } = check(
    BROKEN.replace(
      'kind: AuthorizationPolicy\nmetadata: { name: order, namespace: shop }',
      'kind: AuthorizationPolicy\nmetadata: { name: order, namespace: shop, annotations: { suppress.cdk8s-grpc-mesh/SpiffePrincipal: a trial } }',
    ),
  );
  expect(exitCode).toBe(0);
  expect(out).toContain(
    'suppressed: SpiffePrincipal of security.istio.io/AuthorizationPolicy shop/order (stdin:57): a trial\n',
  );
});

test('kinds that nobody looks into are named once, with their number', () => {
  const budget = '---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: NAME, namespace: shop }\n';
  expect(check(SMALL_MESH + budget.replace('NAME', 'a') + budget.replace('NAME', 'b')).out).toContain(
    'note: no answer depends on these, not looked into: 2 policy/PodDisruptionBudget\n',
  );
});

test('a file that cannot be read is bad input, and the rest is checked all the same', () => {
  const { out, exitCode } = check(`${BROKEN}---\nkind: [\n`);
  expect(exitCode).toBe(2);
  expect(out).toMatch(/^stdin:57 {2}error {2}SpiffePrincipal/m);
  expect(out).toMatch(/^stdin:11\d {2}error {2}NotYaml\n/m);
});

test('what is no object is worth knowing, an object that is there twice a warning', () => {
  const stranger = check(`a: 1\n---\n${SMALL_MESH}`);
  expect(stranger.out).toMatch(/^stdin:1 {2}info {2}NotAnObject\n/);
  expect(stranger.exitCode).toBe(0);
  const { out, exitCode } = check(`${SMALL_MESH}---\n${SMALL_MESH}`);
  expect(out).toMatch(/ {2}warning {2}DuplicateObject\n/);
  expect(exitCode).toBe(1);
});

test('--fail-on says how grave is grave', () => {
  const twice = `${SMALL_MESH}---\n${SMALL_MESH}`;
  expect(check(twice, '--fail-on', 'error').exitCode).toBe(0);
  expect(check(twice, '--fail-on', 'warning').exitCode).toBe(1);
  expect(check(`a: 1\n---\n${SMALL_MESH}`, '--fail-on', 'info').exitCode).toBe(1);
});

test('colours are for terminals, and for nobody with NO_COLOR', () => {
  const colours = (world: object) => grpcMesh(['check', '-'], BROKEN, world).out.includes('\u001b[31merror\u001b[0m');
  expect(colours({})).toBe(false);
  expect(colours({ outIsTerminal: true })).toBe(true);
  expect(colours({ outIsTerminal: true, environment: { NO_COLOR: '1' } })).toBe(false);
  expect(colours({ outIsTerminal: true, environment: { TERM: 'dumb' } })).toBe(false);
});

test('for programs it is JSON', () => {
  const { findings, suppressed } = JSON.parse(check(BROKEN, '-o', 'json').out);
  expect(suppressed).toEqual([]);
  expect(findings).toMatchObject([
    {
      code: 'SpiffePrincipal',
      severity: 'error',
      file: 'stdin',
      line: 57,
      field: 'spec.rules[0].from[0].source.principals[0]',
    },
  ]);
});

test('for a review it is a table', () => {
  expect(check(BROKEN, '-o', 'markdown').out.split('\n')[2]).toMatch(/^\| error \| SpiffePrincipal \| stdin:57 \| /);
  expect(check(SMALL_MESH, '-o', 'markdown').out).toBe('No findings.\n');
});

test('a folder is read in the order of its names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  try {
    writeFileSync(join(folder, 'b.yaml'), BROKEN);
    writeFileSync(join(folder, 'a.yaml'), BROKEN.replaceAll(': shop', ': bank').replaceAll('shop.svc', 'bank.svc'));
    const files = [join(folder, 'a.yaml'), join(folder, 'b.yaml')];
    const { out } = grpcMesh(['check', ...files]);
    expect(out).toContain('a.yaml:57  error');
    expect(grpcMesh(['check', folder]).out).toBe(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
