import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, type Call, LiveMesh } from './ask';
import { missing, required, tell, toolbox } from './toolbox';
import { wanted } from './versions';

const MINUTES = 60_000;
const CLUSTER = ['live.yaml', 'platform.yaml'].map((file) => readFileSync(join(__dirname, 'testdata', file), 'utf8'));

const DENY_ALL = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: nothing, namespace: bank}
spec: {}`;

const ALLOW_WEB = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web, namespace: bank}
spec:
  action: ALLOW
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
      to: [{operation: {paths: [/bank.Ledger/Book]}}]`;

const STRICT = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: bank}
spec: {mtls: {mode: STRICT}}`;

const toVersion = (version: string, timeout: string) => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ledger, namespace: bank}
spec:
  host: ledger.bank.svc.cluster.local
  subsets: [{name: ${version}, labels: {version: ${version}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ledger, namespace: bank}
spec:
  hosts: [ledger.bank.svc.cluster.local]
  http:
    - name: pinned
      timeout: ${timeout}
      retries: {attempts: 1, retryOn: unavailable}
      route: [{destination: {host: ledger.bank.svc.cluster.local, subset: ${version}}}]`;

const EDGE = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: istio-ingress}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      tls: {mode: SIMPLE, credentialName: grpc-example-com}
      hosts: [bank/grpc.example.com]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: edge, namespace: bank}
spec:
  hosts: [grpc.example.com]
  gateways: [istio-ingress/edge]
  http:
    - match: [{uri: {prefix: /bank.Ledger/}}]
      corsPolicy: {allowOrigins: [{exact: https://app.example.com}], allowMethods: [POST]}
      route: [{destination: {host: ledger.bank.svc.cluster.local, port: {number: 50051}}}]`;

const BOOK = '/bank.Ledger/Book';
const fromWeb: Call = { id: 'web', from: 'shop/web', to: 'ledger.bank.svc.cluster.local:50051', method: BOOK };
const direct: Call = { id: 'direct', from: 'outside', to: 'bank/ledger:50051', method: BOOK, identity: 'shop/web' };
const stranger: Call = { ...direct, id: 'stranger', identity: 'shop/stranger' };
const plain: Call = { id: 'plain', from: 'outside', to: 'bank/ledger:50051', method: BOOK };
const tcp: Call = { id: 'tcp', from: 'outside', to: 'bank/ledger:9000', kind: 'tcp', identity: 'shop/web' };
const entering: Call = { id: 'entering', from: 'outside', to: 'grpc.example.com:443', method: BOOK };
const preflight: Call = {
  ...entering,
  id: 'preflight',
  kind: 'preflight',
  authority: 'grpc.example.com',
  headers: { origin: 'https://app.example.com' },
};

const lacking = missing();
if (lacking !== undefined && required) throw new Error(`The lab is required, but ${lacking}.`);
const inLab = lacking === undefined ? describe : describe.skip;

inLab.each(wanted())('a running mesh of Istio %s', (minor) => {
  let mesh: LiveMesh;
  beforeAll(() => {
    mesh = new LiveMesh(toolbox(minor));
  }, 60 * MINUTES);
  afterAll(async () => await mesh?.close());

  const load = async (...documents: string[]) => await mesh.load({ manifests: [...CLUSTER, ...documents] });
  const ask = async (...calls: Call[]) => await mesh.ask(calls);
  const codes = async (...calls: Call[]) =>
    Object.fromEntries((await ask(...calls)).map(({ id, code }: Answer) => [id, code]));

  test(
    'answers by what was loaded last, whatever was before',
    async () => {
      const open = { web: 0, direct: 0, stranger: 0, plain: 0, tcp: 0 };
      expect(await load()).toMatchObject({ restarted: true, refused: [], rejected: [] });
      expect(await codes(fromWeb, direct, stranger, plain, tcp)).toEqual(open);
      for (let round = 0; round < 5; round++) {
        expect(await load(DENY_ALL)).toMatchObject({ restarted: false, refused: [], rejected: [] });
        expect(await codes(fromWeb, direct, stranger, plain, tcp)).toEqual({
          ...{ web: 7, direct: 7, stranger: 7, plain: 7 },
          tcp: 14,
        });
        await load(DENY_ALL, ALLOW_WEB);
        expect(await codes(fromWeb, direct, stranger, plain)).toEqual({ web: 0, direct: 0, stranger: 7, plain: 7 });
        await load(STRICT);
        expect(await codes(fromWeb, direct, stranger, plain)).toEqual({ web: 0, direct: 0, stranger: 0, plain: 14 });
        await load();
        expect(await codes(fromWeb, direct, stranger, plain, tcp)).toEqual(open);
      }
    },
    5 * MINUTES,
  );

  test('says who called, who answered and which policy decided', async () => {
    await load(DENY_ALL, ALLOW_WEB);
    const [good, bad] = await ask(fromWeb, stranger);
    expect(good).toMatchObject({
      caller: 'spiffe://cluster.local/ns/shop/sa/web',
      attempts: 1,
      hops: [
        { pod: 'shop/web-0', side: 'client', cluster: 'outbound|50051||ledger.bank.svc.cluster.local' },
        { pod: good.pod, side: 'server', details: 'via_upstream' },
      ],
    });
    expect(bad).toMatchObject({
      attempts: 0,
      hops: [{ side: 'server', details: 'rbac_access_denied_matched_policy[none]' }],
    });
    await load(ALLOW_WEB.replace('ALLOW', 'DENY'));
    expect(await ask(direct)).toMatchObject([
      { code: 7, hops: [{ details: 'rbac_access_denied_matched_policy[ns[bank]-policy[web]-rule[0]]' }] },
    ]);
  });

  test('follows a route from one version to the other', async () => {
    for (const [version, timeout] of [...Array(5)].flatMap(() => [
      ['v1', '3s'],
      ['v2', '7s'],
    ])) {
      await load(toVersion(version, timeout));
      const cluster = `outbound|50051|${version}|ledger.bank.svc.cluster.local`;
      const calls = [
        { ...fromWeb, route: true },
        { ...fromWeb, server: { fail: 'UNAVAILABLE' } },
      ];
      expect(await ask(...calls)).toMatchObject([
        {
          ...{ code: 0, version, attempts: 1, route: { cluster, timeout, retry_policy: { num_retries: 1 } } },
          hops: [{ route: 'pinned', virtualService: 'bank/ledger', cluster, timeoutMs: `${timeout[0]}000` }, {}],
        },
        { code: 14, version, attempts: 2 },
      ]);
    }
  });

  test('enters by a gateway, and asks its permission first', async () => {
    await load(EDGE);
    expect(await ask(entering, preflight)).toMatchObject([
      { code: 0, hops: [{ side: 'gateway', virtualService: 'bank/edge' }, { side: 'server' }] },
      { http: 200, headers: { 'access-control-allow-origin': 'https://app.example.com' } },
    ]);
    await load();
    expect(await ask(entering, preflight)).toMatchObject([{ code: 14 }, { code: 14 }]);
  });

  test('leaves out what no cluster takes, and says so', async () => {
    const { refused } = await load(STRICT.replace('STRICT', 'PERHAPS'), DENY_ALL);
    expect(new Set(refused.map(({ object }) => object))).toEqual(new Set(['PeerAuthentication bank/default']));
    expect(await codes(plain)).toEqual({ plain: 7 });
  });

  test('answers nothing about what it could not load', async () => {
    await expect(load('{')).rejects.toThrow('manifest 3');
    await expect(ask(plain)).rejects.toThrow('nothing is loaded');
    await load();
    expect(await ask({ ...plain, from: 'shop/nobody' }, plain)).toMatchObject([
      { fault: expect.stringContaining('nobody') },
      { code: 0 },
    ]);
  });

  test(
    'takes other settings of the mesh with new pods',
    async () => {
      const settings = { trustDomain: 'new.example', trustDomainAliases: ['old.example'] };
      const loaded = await mesh.load({ manifests: [...CLUSTER, ALLOW_WEB], meshConfig: settings });
      expect(loaded.restarted).toBe(true);
      const of = (domain: string) => ({ ...direct, id: domain, identity: `${domain}/shop/web` });
      const domains = ['new.example', 'old.example', 'cluster.local', 'foreign.example'].map(of);
      expect(await codes(fromWeb, ...domains)).toEqual({
        web: 0,
        'new.example': 0,
        'old.example': 0,
        'cluster.local': 14,
        'foreign.example': 14,
      });
    },
    MINUTES,
  );
});

if (lacking !== undefined) tell(`SKIPPED: ${lacking}`);
