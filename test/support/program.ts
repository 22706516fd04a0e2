import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppProps } from 'cdk8s';
import type { MeshError } from '../../src';
import { refusal } from './refusal';

/** What a user's `main.ts` does between `new App()` and `app.synth()`. */
export type Program = (app: App) => void;

/** The files that a whole program writes, by name. */
export function written(program: Program, props?: AppProps): Record<string, string> {
  return inFolder((outdir) => {
    run(program, { ...props, outdir });
    return contents(outdir);
  });
}

/** The refusal that a whole program ends in. It has then written nothing. */
export function refused(program: Program, props?: AppProps): MeshError {
  return inFolder((outdir) => {
    const error = refusal(() => run(program, { ...props, outdir }));
    expect(contents(outdir)).toEqual({});
    return error;
  });
}

/** The message in which `app.synth()` refuses a program that was built without an error. It has then written nothing. */
export function refusedAtSynth(program: Program, props?: AppProps): string {
  return inFolder((outdir) => {
    const app = new App({ ...props, outdir });
    program(app);
    expect(() => app.synth()).toThrow('Validation failed');
    expect(contents(outdir)).toEqual({});
    return messageOf(() => app.synth());
  });
}

function run(program: Program, props: AppProps): void {
  const app = new App(props);
  program(app);
  app.synth();
}

function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      join(parentPath, name).slice(folder.length + 1),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}

function messageOf(attempt: () => void): string {
  try {
    attempt();
  } catch (error) {
    return String(error);
  }
  return '';
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-grpc-mesh-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
