import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledFiles, filesOf, packInto, ROOT, run, runTool } from './support/package';
import { samplesOf } from './support/samples';

// The tarball as a user gets it: unpacked into an empty project beside copies of its peers, which is what
// `npm install` leaves there, and needs no network.

const PEERS = ['cdk8s', 'cdk8s-plus-28', 'constructs'];

// A user begins by pasting the first program of README.md.
const [{ text: PROGRAM }] = samplesOf('README.md', readFileSync(join(ROOT, 'README.md'), 'utf8'));

/** Prints what importing the library changed in a process that has its peers already, and what it loaded. */
const IMPORT = `
${PEERS.map((peer) => `require('${peer}');`).join('\n')}
const look = () => JSON.stringify({
  globals: Object.getOwnPropertyNames(globalThis).sort(),
  prototypes: [Object, Array, String, Map, Error, Promise].map((one) => Object.getOwnPropertyNames(one.prototype)),
  environment: process.env,
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  folder: [process.cwd(), require('node:fs').readdirSync('.', { recursive: true })],
  waiting: process.getActiveResourcesInfo(),
});
const parser = () => Object.keys(require.cache).filter((file) => /[\\\\/](protobufjs|long)[\\\\/]/.test(file)).length;
const before = look();
const { ProtoApi } = require('cdk8s-grpc-mesh');
const after = look();
const imported = parser();
ProtoApi.fromFile('protos/coffee/v1/coffee.proto');
console.log(JSON.stringify({ before, after, imported, used: parser() }));
`;

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly bundledDependencies: string[];
}

let user: string;
let tarball: string;
const shipped = () => join(user, 'node_modules', 'cdk8s-grpc-mesh');
const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

beforeAll(async () => {
  user = mkdtempSync(join(tmpdir(), 'cdk8s-grpc-mesh-'));
  ({ tarball } = await packInto(user));
  for (const peer of PEERS) {
    cpSync(join(ROOT, 'node_modules', peer), join(user, 'node_modules', peer), { recursive: true });
  }
}, 300_000);

afterAll(() => rmSync(user, { recursive: true, force: true }));

describe('the tarball', () => {
  test('holds the library, its jsii manifest and its documents, and nothing of the workshop', () => {
    expect(readdirSync(shipped()).sort()).toEqual([
      '.jsii',
      'API.md',
      'LICENSE',
      'README.md',
      'lib',
      'node_modules',
      'package.json',
    ]);
  });

  test('holds every source file compiled, with its declarations, and no other', () => {
    expect(filesOf(join(shipped(), 'lib'))).toEqual(compiledFiles());
  });

  test('brings what it bundles, and everything that needs, and no more', () => {
    const bundled = join(shipped(), 'node_modules');
    const needed = new Set<string>();
    const need = (name: string) => {
      if (needed.has(name)) return;
      needed.add(name);
      for (const next of Object.keys(manifestOf(join(bundled, name)).dependencies ?? {})) need(next);
    };
    for (const name of manifestOf(shipped()).bundledDependencies) need(name);
    expect([...needed]).toEqual(expect.arrayContaining(['protobufjs', 'fastest-levenshtein']));
    expect(readdirSync(bundled).sort()).toEqual([...needed].sort());
  });

  test('leaves nothing to install but its peers', () => {
    const { dependencies, bundledDependencies, peerDependencies } = manifestOf(shipped());
    expect(Object.keys(dependencies ?? {}).sort()).toEqual([...bundledDependencies].sort());
    expect(Object.keys(peerDependencies).sort()).toEqual(PEERS);
  });

  test('is smaller than 3.5 MB', () => {
    expect(statSync(tarball).size).toBeLessThan(3.5e6);
  });
});

describe('a strict TypeScript project', () => {
  const project = (name: string, type: 'commonjs' | 'module', module: string, program: string) => {
    const folder = join(user, name);
    mkdirSync(folder);
    cpSync(join(ROOT, 'test/support/protos'), join(folder, 'protos'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, type, private: true }));
    writeFileSync(join(folder, 'main.ts'), program);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          lib: ['es2022'],
          types: [],
          strict: true,
          noUncheckedIndexedAccess: true,
          skipLibCheck: false,
          module,
        },
        files: ['main.ts'],
      }),
    );
    return folder;
  };
  const built = async (folder: string): Promise<Record<string, string>> => {
    await runTool('typescript/bin/tsc', ['-p', '.'], folder);
    await run(process.execPath, ['main.js'], folder);
    const files = filesOf(join(folder, 'dist'));
    return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, 'dist', file), 'utf8')]));
  };

  test('compiles and runs the first program as CommonJS and as ESM, and both write the same YAML', async () => {
    const commonjs = project('commonjs', 'commonjs', 'commonjs', PROGRAM);
    const esm = project('esm', 'module', 'nodenext', PROGRAM);
    const [one, other] = await Promise.all([built(commonjs), built(esm)]);
    expect(readFileSync(join(commonjs, 'main.js'), 'utf8')).toContain('require("cdk8s-grpc-mesh")');
    expect(readFileSync(join(esm, 'main.js'), 'utf8')).toContain("from 'cdk8s-grpc-mesh'");
    expect(one['coffee-shop.k8s.yaml']).toContain('/coffee.v1.Payment/Charge');
    expect(other).toEqual(one);
  }, 300_000);

  test('is told by the compiler what it passes wrong', async () => {
    const program =
      "import { Workload } from 'cdk8s-grpc-mesh';\nWorkload.image('ghcr.io/acme/a:1', { replica: 2 });\n";
    const folder = project('wrong', 'module', 'nodenext', program);
    await expect(built(folder)).rejects.toThrow("'replica' does not exist in type 'ImageOptions'");
  }, 300_000);
});

describe('importing the library', () => {
  const imported = async (): Promise<{ before: string; after: string; imported: number; used: number }> => {
    const folder = join(user, 'import');
    cpSync(join(ROOT, 'test/support/protos'), join(folder, 'protos'), { recursive: true });
    const { stdout, stderr } = await run(process.execPath, ['-e', IMPORT], folder);
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  };

  test('loads no parser before a .proto file is read', async () => {
    const { imported: atImport, used } = await imported();
    expect(atImport).toBe(0);
    expect(used).toBeGreaterThan(0);
  });

  test('changes nothing in the process and prints nothing', async () => {
    const { before, after } = await imported();
    expect(JSON.parse(after)).toEqual(JSON.parse(before));
  });
});
