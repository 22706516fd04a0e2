import '@microsoft/jest-sarif';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { grpcMesh } from '../../support/command-line';
import { SMALL_MESH } from '../../support/small-mesh';

const POLICY = 'kind: AuthorizationPolicy\nmetadata: { name: order, namespace: shop';
const BROKEN = SMALL_MESH.replace('principals: [cluster.local', 'principals: [spiffe://cluster.local').replace(
  POLICY,
  `${POLICY}, annotations: { cdk8s-grpc-mesh/construct: shop/order }`,
);
const sarif = (input: string) => JSON.parse(grpcMesh(['check', '-', '-o', 'sarif'], input).out);

test.each([
  ['no finding', SMALL_MESH],
  ['a finding', BROKEN],
  ['a file that cannot be read', `${BROKEN}---\nkind: [`],
])('with %s it is valid SARIF 2.1.0', (_, input) => {
  expect(sarif(input)).toBeValidSarifLog();
});

test('the schema refuses what is none', () => {
  expect({ version: '2.1.0', runs: [{ tool: {} }] }).not.toBeValidSarifLog();
});

test('a finding has its place, its object and its construct', () => {
  const [{ tool, results }] = sarif(BROKEN).runs;
  expect(tool.driver).toMatchObject({ name: 'grpc-mesh', version: '1.2.3' });
  expect(results).toHaveLength(1);
  expect(results[0]).toMatchObject({
    ruleId: 'SpiffePrincipal',
    level: 'error',
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'stdin' }, region: { startLine: 57, startColumn: 39 } },
        logicalLocations: [
          { fullyQualifiedName: expect.stringMatching(/AuthorizationPolicy shop\/order spec\.rules/) },
        ],
      },
    ],
    properties: { construct: 'shop/order' },
  });
  expect(tool.driver.rules[results[0].ruleIndex].id).toBe('SpiffePrincipal');
});

test('what is suppressed is there, with its reason', () => {
  const input = BROKEN.replace('annotations: {', 'annotations: { suppress.cdk8s-grpc-mesh/SpiffePrincipal: a trial,');
  const [{ results }] = sarif(input).runs;
  expect(results).toMatchObject([
    { ruleId: 'SpiffePrincipal', suppressions: [{ kind: 'inSource', justification: 'a trial' }] },
  ]);
});

test('a file that was named by its whole path has a URI of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sarif #1 '));
  try {
    const file = join(folder, 'mesh.yaml');
    writeFileSync(file, BROKEN);
    const uri = (name: string) => {
      const [{ results }] = JSON.parse(grpcMesh(['check', name, '-o', 'sarif']).out).runs;
      return results[0].locations[0].physicalLocation.artifactLocation.uri;
    };
    expect(uri(file)).toBe(pathToFileURL(file).href);
    expect(uri(relative(process.cwd(), file))).toMatch(/^\.\.\/.*%231%20.*mesh\.yaml$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
