import { grpcMesh } from '../../support/command-line';
import { SMALL_MESH } from '../../support/small-mesh';

const mtls = (input: string, ...options: string[]) => grpcMesh(['mtls', '-', ...options], input);

test('a port that takes only encrypted connections', () => {
  const { out, exitCode } = mtls(SMALL_MESH);
  expect(exitCode).toBe(0);
  expect(out).toMatch(
    /^WORKLOAD +PORT +PROTOCOL +MTLS +MODE +BECAUSE +LOCKED OUT\nshop\/order +50051 +grpc +encrypted +STRICT +.*\(stdin:9\) +-\n$/,
  );
});

test('a port that takes others too makes the exit code 1', () => {
  const { out, exitCode } = mtls(SMALL_MESH.replace('mode: STRICT', 'mode: PERMISSIVE'));
  expect(exitCode).toBe(1);
  expect(out).toMatch(/shop\/order +50051 +grpc +optional +PERMISSIVE/);
});

test('a client that is locked out is named', () => {
  const { out, exitCode } = mtls(
    SMALL_MESH.replace(
      'metadata: { labels: { app: web } }',
      'metadata: { labels: { app: web, sidecar.istio.io/inject: "false" } }',
    ),
  );
  expect(exitCode).toBe(1);
  expect(out).toMatch(/shop\/order .* shop\/web\n/);
});

test('of one namespace', () => {
  expect(mtls(SMALL_MESH, '-n', 'edge').out).toBe('No workload has a port.\n');
});

test('for programs it is JSON, for a sheet CSV', () => {
  expect(JSON.parse(mtls(SMALL_MESH, '-o', 'json').out).ports).toMatchObject([
    { workload: 'shop/order', port: 50051, mesh: 'istio', status: 'encrypted', mode: 'STRICT', lockedOut: [] },
  ]);
  expect(mtls(SMALL_MESH, '-o', 'csv').out.split('\r\n')[0]).toBe(
    'workload,port,protocol,mtls,mode,because,locked out',
  );
});
