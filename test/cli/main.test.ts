import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packInto } from '../support/package';
import { SMALL_MESH } from '../support/small-mesh';

// The program as a user has it: what `bin` of the unpacked tarball names, in a process of its own.

let user: string;
let program: string;
beforeAll(async () => {
  user = mkdtempSync(join(tmpdir(), 'grpc-mesh-'));
  await packInto(user);
  const library = join(user, 'node_modules/cdk8s-grpc-mesh');
  program = join(library, JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')).bin['grpc-mesh']);
}, 300_000);
afterAll(() => rmSync(user, { recursive: true, force: true }));

/** Without cdk8s, which it does not need. */
const grpcMesh = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    input: SMALL_MESH,
    encoding: 'utf8',
    cwd: user,
  });
  return { status, stdout, stderr };
};

test('is a program', () => {
  expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test('answers on standard output, by its exit code, and without colours for a pipe', () => {
  expect(grpcMesh('matrix', '-')).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^SERVICE +RPC +CALLERS\nshop\/order +Place +shop\/web\n/),
    stderr: '',
  });
  expect(grpcMesh('can', 'thief', 'order', 'Place', '-f', '-').status).toBe(1);
});

test('refuses on standard error', () => {
  expect(grpcMesh('can', 'webb', 'order', '-f', '-')).toEqual({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^error: no workload 'webb'/),
  });
});

test('knows its version', () => {
  expect(grpcMesh('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('does not mind that nobody reads on', () => {
  const { status, stderr } = spawnSync(`"${process.execPath}" "${program}" matrix - | true`, {
    shell: '/bin/bash',
    input: SMALL_MESH,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

/** The files that a program has loaded when it is done. */
function loadedBy(main: string, ...args: string[]): string[] {
  const script = `process.argv = [process.argv[0], '', ...${JSON.stringify(args)}];
    require(${JSON.stringify(main)});
    process.stdout.write('\\n' + JSON.stringify(Object.keys(require.cache)));`;
  const { stdout } = spawnSync(process.execPath, ['-e', script], { input: SMALL_MESH, encoding: 'utf8' });
  return JSON.parse(stdout.split('\n').at(-1) ?? '') as string[];
}

test('is one file: to load hundreds takes longer than most answers', () => {
  const foreign = /\/node_modules\/(?:commander|fastest-levenshtein|js-yaml)\//;
  expect(loadedBy(program, 'check', '-').filter((file) => !foreign.test(file))).toEqual([program]);
});

test('runs no more of it than a command needs', () => {
  const rooms = (...args: string[]) => {
    const files = loadedBy(join(dirname(program), 'main.js'), ...args);
    return ['analysis/rules', 'diagram', 'manifests', 'simulation', 'js-yaml', 'protobufjs', 'cdk8s/'].filter((room) =>
      files.some((file) => file.includes(`/${room}`)),
    );
  };
  expect(rooms('--help')).toEqual([]);
  expect(rooms('can', 'web', 'order', 'Place', '-f', '-')).toEqual(['manifests', 'simulation', 'js-yaml']);
});
