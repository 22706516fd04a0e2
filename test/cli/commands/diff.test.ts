import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grpcMesh } from '../../support/command-line';
import { SMALL_MESH } from '../../support/small-mesh';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diff-'));
  writeFileSync(join(folder, 'before.yaml'), SMALL_MESH);
});
afterAll(() => rmSync(folder, { recursive: true }));

const diff = (after: string, ...options: string[]) =>
  grpcMesh(['diff', join(folder, 'before.yaml'), '-', ...options], after);

test('nothing has changed', () => {
  expect(diff(SMALL_MESH)).toEqual({
    out: 'Nobody may call anything more or less than before.\n',
    err: '',
    exitCode: 0,
  });
});

test('a grant comes with the rule that makes it', () => {
  const { out, exitCode } = diff(SMALL_MESH.replace('paths: [/shop.v1.Order/Place]', 'paths: [/shop.v1.Order/*]'));
  expect(exitCode).toBe(1);
  expect(out).toContain(
    '+ shop/web -> shop/order Track  (deny -> allow)\n    AuthorizationPolicy shop/order spec.rules[0] stdin:57\n',
  );
});

test('a revocation says so', () => {
  const { out, exitCode } = diff(SMALL_MESH.replace('sa/web]', 'sa/thief]'));
  expect(exitCode).toBe(1);
  expect(out).toContain('+ shop/thief -> shop/order Place  (deny -> allow)\n');
  expect(out).toContain('- shop/web -> shop/order Place  (allow -> deny)\n');
  expect(out).toContain('\n1 granted, 0 no longer certain, 1 revoked\n');
});

test('of one namespace it is what concerns its services', () => {
  const after = SMALL_MESH.replace('sa/web]', 'sa/thief]');
  expect(diff(after, '-n', 'shop')).toEqual(diff(after));
  expect(diff(after, '-n', 'edge').exitCode).toBe(0);
  expect(diff(after, '-n', 'shp').exitCode).toBe(2);
});

test('a service of a ServiceEntry is in the namespace of that, whatever its host is called', () => {
  const entry = `${SMALL_MESH}---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: track, namespace: edge }
spec:
  hosts: [track.example]
  ports: [{ number: 50051, name: grpc, protocol: GRPC }]
  location: MESH_INTERNAL
  resolution: STATIC
  workloadSelector: { labels: { istio: ingress } }
`;
  const grant = /^\? shop\/web -> track\.example any other {2}\(deny -> unknown\)$/m;
  expect(diff(entry).out).toMatch(grant);
  expect(diff(entry, '-n', 'edge').out).toMatch(grant);
  expect(diff(entry, '-n', 'shop').exitCode).toBe(0);
});

test('for a pull request it is a table, for programs JSON', () => {
  const after = SMALL_MESH.replace('sa/web]', 'sa/thief]');
  expect(diff(after, '-o', 'markdown').out).toContain('| - | shop/web | shop/order Place | allow | deny |  |\n');
  expect(JSON.parse(diff(after, '-o', 'json').out).changes).toContainEqual({
    party: 'shop/web',
    rpc: 'shop/order Place',
    namespace: 'shop',
    before: 'allow',
    after: 'deny',
  });
});

test('what a dry run would refuse is asked of the same manifests twice', () => {
  const trial = SMALL_MESH.replaceAll(
    /kind: AuthorizationPolicy\nmetadata: \{ /g,
    '$&annotations: { istio.io/dry-run: "true" }, ',
  );
  writeFileSync(join(folder, 'trial.yaml'), trial);
  const asked = (...options: string[]) => grpcMesh(['diff', join(folder, 'trial.yaml'), '-', ...options], trial).out;
  expect(asked()).toBe('Nobody may call anything more or less than before.\n');
  const refused = asked('--enforce-dry-run');
  expect(refused).toMatch(/^- shop\/.* {2}\(allow -> deny\)$/m);
  expect(refused).not.toContain('(deny -> allow)');
});

test('a grant under a header that any caller may send is a change', () => {
  const granted = `${SMALL_MESH}---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: desk, namespace: shop }
spec:
  selector: { matchLabels: { app: order } }
  rules: [{ to: [{ operation: { paths: [/shop.v1.Order/Place] } }], when: [{ key: "request.headers[x-desk]", values: [a] }] }]
`;
  const { out, exitCode } = diff(granted);
  expect(exitCode).toBe(1);
  expect(out).toContain('? shop/thief -> shop/order Place  (deny -> unknown)\n');
});
