import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command';
import { DEFAULT, ISTIO, type Modules } from './versions';

const PROGRAMS = ['apiserver', 'build.sh', 'manifest', 'mesh'];
const COPIED = [...PROGRAMS, 'testdata'];

/** Changes with whatever ends up in the programs of a minor, and with all that its copy of the sources holds. */
export function fingerprint(minor: string): string {
  const files = minor === DEFAULT ? filesOf(PROGRAMS).filter((name) => !name.endsWith('_test.go')) : filesOf(COPIED);
  const hash = createHash('sha256').update(JSON.stringify(ISTIO[minor]));
  for (const file of files.sort()) {
    hash.update(file.slice(__dirname.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** Copies the Go modules into a folder, where they want another Istio than the committed ones. */
export function copySources(minor: string, folder: string): void {
  for (const name of COPIED) cpSync(join(__dirname, name), join(folder, name), { recursive: true });
  const [mesh, apiserver] = [join(folder, 'mesh'), join(folder, 'apiserver')];
  forget(mesh);
  get(mesh, ISTIO[minor]);
  const crds = ['istio.io/api', 'sigs.k8s.io/gateway-api'];
  const versions = crds.map((module) => run('go', ['list', '-m', '-f', '{{.Version}}', module], mesh).trim());
  get(apiserver, Object.fromEntries(crds.map((module, i) => [module, versions[i]])));
}

// No version of the committed module outlives this, or Go would take it for the least that is wanted.
function forget(module: string): void {
  const file = join(module, 'go.mod');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^require (\([^)]*\)|.*)$/gm, ''));
  writeFileSync(join(module, 'go.sum'), '');
}

function get(module: string, modules: Modules): void {
  run('go', ['get', ...Object.entries(modules).map(([name, version]) => `${name}@${version}`)], module);
  run('go', ['mod', 'tidy'], module);
}

function filesOf(names: string[]): string[] {
  return names.flatMap((name) => filesBelow(join(__dirname, name)));
}

function filesBelow(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
