import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../manifests/read';
import { WrongQuestion } from '../questions/wrong-question';
import type { Terminal } from './terminal';

/** Where `cdk8s synth` writes. */
export const USUAL = 'dist';

/** How a report names standard input. */
const STDIN = 'stdin';

/**
 * The texts of files, of the `*.yaml`, `*.yml` and `*.json` in folders, at any depth, and of standard input, which is
 * called `-`. Each folder in the order of its names, so that an answer does not depend on the file system.
 */
export function sourcesIn(paths: readonly string[], terminal: Pick<Terminal, 'input'>): Source[] {
  const wanted = paths.length > 0 ? paths : [USUAL];
  const names = wanted.flatMap((path) => (path === '-' ? ['-'] : filesAt(path, paths.length === 0)));
  return [...new Set(names)].map((name) =>
    name === '-' ? { name: STDIN, text: terminal.input() } : { name, text: readFileSync(name, 'utf8') },
  );
}

/** The texts of `.proto` files, and of all those in folders. */
export function protosIn(paths: readonly string[]): Source[] {
  const names = paths.flatMap((path) => filesAt(path, false, PROTOS));
  return [...new Set(names)].map((name) => ({ name, text: readFileSync(name, 'utf8') }));
}

/** What is read of a folder. */
interface Wanted {
  readonly names: RegExp;
  readonly told: string;
}

const MANIFESTS: Wanted = { names: /\.(ya?ml|json)$/, told: '*.yaml, *.yml or *.json' };
const PROTOS: Wanted = { names: /\.proto$/, told: '*.proto' };

function filesAt(path: string, isGuess: boolean, wanted = MANIFESTS): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) {
    throw isGuess
      ? new WrongQuestion(
          `no files are given, and there is no folder ${USUAL}/`,
          'Say which: -f FILE, -f FOLDER, or -f - for standard input; or run cdk8s synth first.',
        )
      : new WrongQuestion(`there is no file or folder ${path}`);
  }
  if (!found.isDirectory()) {
    return [path];
  }
  const files = inFolder(path, wanted);
  if (files.length === 0) {
    throw new WrongQuestion(`there is no ${wanted.told} in ${path}`);
  }
  return files;
}

/** What `cdk8s synth` writes beside the manifests when it validates them. */
const METADATA = 'construct-metadata.json';

/** Hidden folders and `node_modules` hold what others wrote for themselves. */
function inFolder(folder: string, wanted: Wanted): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && statSync(path).isDirectory());
    if (isFolder) {
      return entry.isSymbolicLink() || entry.name === 'node_modules' || entry.name.startsWith('.')
        ? []
        : inFolder(path, wanted);
    }
    return wanted.names.test(entry.name) && entry.name !== METADATA ? [path] : [];
  });
}
