import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(__dirname, '..', '..');

const execute = promisify(execFile);

/** What a program printed; one that fails throws all of it. */
export async function run(command: string, args: string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  try {
    return await execute(command, args, { cwd, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error([`${command} ${args.join(' ')} failed:`, stdout, stderr].join('\n'), { cause: error });
  }
}

/** Runs a JavaScript file of a development dependency. */
export function runTool(path: string, args: string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [join(ROOT, 'node_modules', path), ...args], cwd);
}

/** The files of a folder, at any depth, with slashes, sorted. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(folder, file)).isFile())
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

/** What `lib/` must hold: each source file compiled, with its declarations, and the whole program in one. */
export function compiledFiles(): string[] {
  return filesOf(join(ROOT, 'src'))
    .map((file) => file.replace(/\.ts$/, ''))
    .flatMap((file) => [`${file}.js`, `${file}.d.ts`])
    .concat('cli/grpc-mesh.js')
    .sort();
}

/** Packs the library as it stands and unpacks it into `folder`. A stale or missing `lib/` is compiled first. */
export async function packInto(folder: string): Promise<{ tarball: string }> {
  if (!isCompiled()) {
    rmSync(join(ROOT, 'lib'), { recursive: true, force: true });
    await runTool('projen/bin/projen', ['compile'], ROOT);
  }
  const tarballs = join(folder, 'tarball');
  const library = join(folder, 'node_modules', 'cdk8s-grpc-mesh');
  mkdirSync(tarballs, { recursive: true });
  mkdirSync(library, { recursive: true });
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', tarballs], ROOT);
  const tarball = join(tarballs, readdirSync(tarballs)[0]);
  await run('tar', ['-xzf', tarball, '-C', library, '--strip-components=1'], folder);
  return { tarball };
}

/** A folder whose `.jsii` says what `src/` says: this project or, where that is stale, a copy compiled into `folder`. */
export async function describedIn(folder: string): Promise<string> {
  if (isCompiled()) return ROOT;
  for (const input of ['package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'src']) {
    cpSync(join(ROOT, input), join(folder, input), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  await runTool('jsii/bin/jsii', ['--silence-warnings=reserved-word'], folder);
  return folder;
}

function isCompiled(): boolean {
  const manifest = join(ROOT, '.jsii');
  if (!existsSync(manifest) || !existsSync(join(ROOT, 'lib'))) return false;
  if (filesOf(join(ROOT, 'lib')).join() !== compiledFiles().join()) return false;
  const inputs = ['package.json', 'tsconfig.json', ...filesOf(join(ROOT, 'src')).map((file) => join('src', file))];
  return inputs.every((file) => statSync(join(ROOT, file)).mtimeMs <= statSync(manifest).mtimeMs);
}
