import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from '../../src/analysis/analyze';
import type { Finding } from '../../src/analysis/finding';
import { RULES } from '../../src/analysis/rules';
import { Cluster } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';

// Manifests that the lab has seen break something in a real Envoy, or that a real checker refuses.
const FOLDER = join(__dirname, '../lab/testdata');

function check(...files: string[]): readonly Finding[] {
  const sources = files.map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));
  return analyze(Cluster.of(readManifests(sources).manifests), RULES).findings;
}

const GOOD = ['shop.yaml', 'platform.yaml', 'strangers.yaml'];

test('what works in the lab has no trouble', () => {
  expect(check(...GOOD).filter(({ severity }) => severity !== 'info')).toEqual([]);
});

test.each([
  ['spiffe-principal', 'SpiffePrincipal'],
  ['rpc-as-method', 'RpcAsMethod'],
  ['cors-by-content-type', 'CorsNeverAnswersPreflight'],
  ['undeclared-port', 'UndeclaredPortBehindGateway'],
  ['requests-per-connection', 'FewRequestsPerConnection'],
  ['two-destination-rules', 'TwoDestinationRules'],
  ['tls-by-hand', 'PlaintextToStrictServer'],
  ['token-not-required', 'TokenNotRequired'],
  ['sidecar-of-a-workload', 'SidecarOpensOutbound'],
  ['raw-prefix', 'BareServicePath'],
])('the trap %s is found as %s', (trap, code) => {
  const found = check(...GOOD, `traps/${trap}.yaml`).filter(({ severity }) => severity !== 'info');
  expect(found.map((finding) => finding.code)).toContain(code);
});

test.each([
  ['timeout-zero', 'RefusedDuration'],
  ['unknown-field', 'UnknownField'],
  ['retry-with-spaces', 'UnknownRetryCondition'],
  ['unknown-destination', 'UnknownHost'],
  ['circuit-breaker-of-an-article', 'UnknownField'],
  ['host-without-namespace', 'SidecarHostNotQualified'],
  ['short-name', 'SidecarHostNotQualified'],
  ['grpc-with-tls', 'GatewayTlsMismatch'],
  ['gateway-without-pods', 'GatewayWithoutPods'],
  ['account-with-namespace', 'RefusedPolicy'],
  ['grpc-route-timeout', 'UnknownField'],
  ['misspelt', 'UnknownField'],
  ['unnamed-port', 'UndeclaredProtocol'],
  ['selects-nothing', 'SelectsNothing'],
  ['second-for-the-host', 'ConflictingVirtualServices'],
])('what another checker finds in %s is found as %s', (name, code) => {
  const found = check(...GOOD, 'traps.yaml').filter(({ object }) => object.endsWith(` shop/${name}`));
  expect(found.map((finding) => finding.code)).toContain(code);
});
