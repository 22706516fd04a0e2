import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { JsonObject } from '../../src/manifests/json';
import { AuthorizationPolicies } from '../../src/simulation/authorization/authorization-policies';
import { RequestAuthentications } from '../../src/simulation/authorization/request-authentication';
import type { Request } from '../../src/simulation/request';
import { clusterOf, workloadAt } from '../support/cluster-of';
import { deployment } from '../support/guarded';

const FOLDER = join(__dirname, 'corpus');
const ISSUERS = ['a', 'https://accounts.google.com', 'https://example.com', 'testing@secure.istio.io'];

interface Case {
  readonly title: string;
  readonly from: string;
  readonly manifests: string;
  readonly asks: string;
}

describe.each(readdirSync(FOLDER))('%s', (file) => {
  const cases = load(readFileSync(join(FOLDER, file), 'utf8')) as Case[];

  test.each(cases.map((one) => [one.title, one] as const))('%s', (_, { from, manifests, asks }) => {
    expect(from).toMatch(/^https:\/\/istio\.io\//);
    const cluster = clusterOf(`${deployment('foo/httpbin', 'version: v1')}${TOKENS}\n---\n${manifests}`);
    const workload = workloadAt(cluster, 'foo/httpbin');
    const lines = asks.trim().split('\n');
    const answers = lines.map((line) => {
      const [ask] = line.split(/: (?=\w+$)/);
      const { outcome, request } = RequestAuthentications.of(cluster).authenticate(workload, requestOf(ask));
      expect(outcome).toBe('pass');
      const decision = AuthorizationPolicies.of(cluster).decide(workload, request);
      expect(AuthorizationPolicies.of(cluster).outcome(workload, request)).toBe(decision.outcome);
      expect(decision.reasons).not.toEqual([]);
      expect(decision.missing.length > 0).toBe(decision.outcome === 'unknown');
      return `${ask}: ${decision.outcome}`;
    });
    expect(answers).toEqual(lines);
  });
});

/** Whoever has an issuer is believed. */
const TOKENS = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: all, namespace: foo }
spec:
  jwtRules: [${ISSUERS.map((issuer) => `{ issuer: "${issuer}" }`)}, { jwksUri: "https://keys.example" }]`;

function requestOf(ask: string): Request {
  const [who, verb, target, ...options] = ask.split(' ');
  const named = (name: string) =>
    options.filter((one) => one.startsWith(name)).map((one) => one.slice(name.length))[0] as string | undefined;
  const peer = {
    principal: principalOf(who),
    sourceIp: named('ip='),
    remoteIp: named('remote='),
  };
  if (verb === 'tcp') return { ...peer, protocol: 'tcp', port: Number(target) };
  const headers = options
    .filter((one) => one.startsWith('header:'))
    .map((one) => one.slice('header:'.length).split(/=(.*)/, 2) as [string, string]);
  const claims = named('claims=');
  return {
    ...peer,
    protocol: 'http',
    method: verb,
    path: target,
    port: Number(named('port=') ?? 8080),
    authority: named('host=') ?? 'httpbin.foo',
    headers: Object.fromEntries(headers),
    token: claims === undefined ? undefined : { claims: JSON.parse(claims.replaceAll('+', ' ')) as JsonObject },
  };
}

function principalOf(who: string): string {
  if (who === '-') return '';
  const [namespace, account, ...more] = who.split('/');
  return more.length > 0 ? who : `cluster.local/ns/${namespace}/sa/${account}`;
}
