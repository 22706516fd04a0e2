import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';

/** The fields of a manifest that say who serves what to whom. */
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: {
    readonly selector?: Labels & { readonly matchLabels?: Labels };
    readonly ports?: { readonly name: string; readonly port: number; readonly appProtocol?: string }[];
    readonly rules?: Rule[];
    readonly hosts?: string[];
    readonly gateways?: string[];
    readonly http?: Route[];
  };
}

type Labels = Record<string, string>;

interface Rule {
  readonly from?: { readonly source: { readonly principals?: string[] } }[];
  readonly to?: { readonly operation: { readonly paths?: string[]; readonly ports?: string[] } }[];
}

interface Route {
  readonly match?: { readonly uri?: { readonly exact?: string } }[];
  readonly route?: { readonly destination: { readonly host: string } }[];
}

/** What a folder of manifests contains: its files, and of each service what it serves, to whom, and on which hosts. */
export function summary(folder: string): string {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({ path: join(folder, file), manifests: Yaml.load(join(folder, file)) as Manifest[] }));
  const all = files.flatMap(({ manifests }) => manifests);
  return [
    'The YAML is in',
    ...table(files.map(({ path, manifests }) => [[`  ${path}`], [`${manifests.length} objects`]])),
    '',
    ...table([[['service'], ['serves'], ['called by'], ['ingress hosts']], ...services(all)]),
    '',
  ].join('\n');
}

type Row = string[][];

// Every workload has a policy of its own, those that serve nothing included.
function services(all: Manifest[]): Row[] {
  return all
    .filter(({ kind, spec }) => kind === 'AuthorizationPolicy' && spec?.selector !== undefined)
    .map((policy) => {
      const { name, namespace } = policy.metadata;
      const host = `${name}.${namespace}.svc.`;
      const routes = all.filter(({ kind, spec }) => kind === 'VirtualService' && leadsTo(host, spec?.http));
      const hosts = routes.filter(({ spec }) => spec?.gateways !== undefined).flatMap(({ spec }) => spec?.hosts ?? []);
      const rules = policy.spec?.rules ?? [];
      const callers = rules.length === 0 ? ['nobody'] : rules.map(caller);
      const served = serves(policy, all, rpcServices(host, routes));
      return [[`${namespace}/${name}`], served.length === 0 ? ['-'] : served, callers, unique(hosts)];
    });
}

function serves({ metadata, spec }: Manifest, all: Manifest[], rpcs: string[]): string[] {
  const pods = JSON.stringify(spec?.selector?.matchLabels);
  return all
    .filter(({ kind, metadata: { namespace } }) => kind === 'Service' && namespace === metadata.namespace)
    .filter((service) => JSON.stringify(service.spec?.selector) === pods)
    .flatMap((service) => service.spec?.ports ?? [])
    .map(({ name, port, appProtocol }) =>
      appProtocol?.startsWith('grpc') ? `${rpcs.join(', ')} (${name} ${port})` : `${name} ${port}`,
    );
}

function leadsTo(host: string, http: Route[] = []): boolean {
  return http.some(({ route }) => route?.some(({ destination }) => destination.host.startsWith(host)));
}

function rpcServices(host: string, routes: Manifest[]): string[] {
  const paths = routes
    .flatMap(({ spec }) => spec?.http ?? [])
    .filter((route) => leadsTo(host, [route]))
    .flatMap(({ match }) => match ?? [])
    .map(({ uri }) => RPC.exec(uri?.exact ?? '')?.[1]);
  return unique(paths.filter((path) => path !== undefined));
}

/** `/coffee.v1.Order/PlaceOrder` */
const RPC = /^\/((?:\w+\.)*\w+)\/(\w+)$/;

function caller({ from, to }: Rule): string {
  const principals = from?.flatMap(({ source }) => source.principals ?? []) ?? [];
  const who = principals.map((principal) => {
    const [, namespace, name] = /\/ns\/(.+)\/sa\/(.+)$/.exec(principal) ?? [];
    return name === undefined ? 'everybody in the mesh' : `${namespace}/${name}`;
  });
  const what = (to ?? []).flatMap(
    ({ operation: { paths, ports } }) =>
      paths?.map((path) => RPC.exec(path)?.[2] ?? path) ?? [`all of port ${ports?.join(', ')}`],
  );
  return `${who.join(', ') || 'everybody'}: ${what.join(', ') || 'everything'}`;
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}

// One line for each line of the highest cell; columns as wide as their widest line.
function table(rows: Row[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.flatMap((row) => row[column].map((line) => line.length))));
  return rows.flatMap((row) => {
    const height = Math.max(...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, line) =>
      row
        .map((cell, column) => (cell[line] ?? '').padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
  });
}

if (require.main === module) process.stdout.write(summary(process.argv[2]));
