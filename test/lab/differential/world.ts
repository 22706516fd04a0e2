import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// The pods of a small mesh, which stay while rules about them come and go. Two teams with sidecars, one without.

function namespace(name: string, labels = ''): string {
  return `{apiVersion: v1, kind: Namespace, metadata: {name: ${name}, labels: {${labels}}}}`;
}

interface Pods {
  readonly id: string;
  readonly labels: string;
  readonly account: string;
}

function deployment({ id, labels, account }: Pods): string {
  const [space, name] = id.split('/');
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${space}}
spec:
  selector: {matchLabels: {${labels}}}
  template:
    metadata: {labels: {${labels}}}
    spec:
      serviceAccountName: ${account}
      containers: [{name: app, image: example.com/app:1, ports: [{name: web, containerPort: 8081, protocol: TCP}]}]`;
}

function service(id: string, app: string, ...ports: string[]): string {
  const [space, name] = id.split('/');
  return `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${space}}
spec: {selector: {app: ${app}}, ports: [${ports}]}`;
}

const GRPC = '{name: grpc, port: 50051, appProtocol: grpc}';
const HTTP = '{name: http, port: 8080, targetPort: web, protocol: TCP}';
const TCP = '{name: tcp, port: 9000}';

const PODS: readonly Pods[] = [
  { id: 'shop/web', labels: 'app: web', account: 'web' },
  { id: 'shop/admin', labels: 'app: admin, tier: gold', account: 'admin' },
  { id: 'bank/ledger', labels: 'app: ledger, version: v1, tier: gold', account: 'ledger' },
  { id: 'bank/ledger-next', labels: 'app: ledger, version: v2', account: 'ledger' },
  { id: 'bank/vault', labels: 'app: vault', account: 'vault' },
  { id: 'legacy/plain', labels: 'app: plain', account: 'plain' },
];

/** Hosts that no Service has. The address is that of the only pod without a proxy, which is outside of the mesh. */
const OUTSIDER = '10.244.1.7';
const entries = [
  entry('legacy/partner', `location: MESH_EXTERNAL, endpoints: [{address: ${OUTSIDER}}]`),
  entry('shop/diary', `location: MESH_EXTERNAL, exportTo: ["."], endpoints: [{address: ${OUTSIDER}}]`),
  entry('bank/branch', 'location: MESH_INTERNAL, workloadSelector: {labels: {app: vault}}'),
];

function entry(id: string, spec: string): string {
  const [space, name] = id.split('/');
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${space}}
spec: {hosts: [${name}.example.com], resolution: STATIC, ports: [{name: grpc, number: 50051, protocol: GRPC}], ${spec}}`;
}

const accounts = PODS.map(({ id, account }) => {
  const [space] = id.split('/');
  return `{apiVersion: v1, kind: ServiceAccount, metadata: {name: ${account}, namespace: ${space}}}`;
});

/** What every round has in common. */
export const WORLD: readonly string[] = [
  [
    namespace('shop', 'istio-injection: enabled'),
    namespace('bank', 'istio-injection: enabled'),
    namespace('legacy'),
    ...new Set(accounts),
    ...PODS.map(deployment),
    service('bank/ledger', 'ledger', GRPC, TCP),
    service('bank/vault', 'vault', GRPC, HTTP, TCP),
    service('shop/admin', 'admin', GRPC),
    service('legacy/plain', 'plain', GRPC),
    ...entries,
  ].join('\n---\n'),
  // Something stands before the gateway that it believes.
  readFileSync(join(__dirname, '..', 'testdata', 'platform.yaml'), 'utf8').replace(
    'annotations: {',
    `annotations: {proxy.istio.io/config: '{"gatewayTopology": {"numTrustedProxies": 1}}', `,
  ),
];

export const ROOT = 'istio-system';
export const CALLERS = ['shop/web', 'shop/admin', 'bank/vault', 'legacy/plain'] as const;
export const SERVERS = ['bank/ledger', 'bank/ledger-next', 'bank/vault', 'shop/admin', 'legacy/plain'] as const;
export const GATEWAY = 'istio-ingress/istio-ingress';

export const LEDGER = 'ledger.bank.svc.cluster.local';
export const VAULT = 'vault.bank.svc.cluster.local';
export const ADMIN = 'admin.shop.svc.cluster.local';
export const PLAIN = 'plain.legacy.svc.cluster.local';
export const HOSTS = [LEDGER, VAULT, ADMIN, PLAIN] as const;

/** Ports of a service, each with what its name says that it speaks. */
export const PORTS: Readonly<Record<(typeof HOSTS)[number], readonly Door[]>> = {
  [LEDGER]: [
    { port: 50051, target: 50051, speaks: 'grpc' },
    { port: 9000, target: 9000, speaks: 'tcp' },
  ],
  [VAULT]: [
    { port: 50051, target: 50051, speaks: 'grpc' },
    { port: 8080, target: 8081, speaks: 'http' },
    { port: 9000, target: 9000, speaks: 'tcp' },
  ],
  [ADMIN]: [{ port: 50051, target: 50051, speaks: 'grpc' }],
  [PLAIN]: [{ port: 50051, target: 50051, speaks: 'grpc' }],
};

/** Hosts of ServiceEntries, all with a port of gRPC: one outside of the mesh, one that few are told of, one inside. */
export const PARTNER = 'partner.example.com';
export const DIARY = 'diary.example.com';
export const BRANCH = 'branch.example.com';
export const ENTRIES = [PARTNER, DIARY, BRANCH] as const;

/** Hosts that nothing in the world declares, and what is asked of them. */
export const UNDECLARED = ['unheard.example.com', 'unknown.example.org'] as const;
export const UNDECLARED_DOORS: readonly Door[] = [
  { port: 50051, target: 50051, speaks: 'grpc' },
  { port: 8080, target: 8080, speaks: 'http' },
  { port: 9000, target: 9000, speaks: 'tcp' },
  { port: 7777, target: 7777, speaks: 'grpc' },
];

export interface Door {
  readonly port: number;
  readonly target: number;
  readonly speaks: 'grpc' | 'http' | 'tcp';
}

/** The host of the service in front of pods. */
export function hostOf(server: (typeof SERVERS)[number]): (typeof HOSTS)[number] {
  const [space, name] = server.replace('-next', '').split('/');
  const host = HOSTS.find((one) => one.startsWith(`${name}.${space}.`));
  if (!host) throw new Error(`no service is in front of ${server}`);
  return host;
}

export const PATHS = [
  '/bank.Ledger/Book',
  '/bank.Ledger/List',
  '/bank.Vault/Open',
  '/bank.Ledger/Book/',
  '/bank.Ledger/Book/more',
  '/bank.Ledger//Book',
  '/bank.Ledger/./Book',
  '/bank.Ledger/%42ook',
  '/bank.Ledger/Book?dry=1',
  '/bank.Ledger/more/../Book',
  '/bank.Ledger%2FBook',
  '/bank.ledger/book',
  '/other.Api/Call',
] as const;
