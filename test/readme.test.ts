import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { grpcMesh } from './support/command-line';
import { diagnosticsOf, runSample, samplesOf } from './support/samples';

// Every ```ts block of README.md and of the examples' READMEs compiles. One that calls `app.synth()`, or goes on from
// one that does, also runs, with `app.synth()` at its end, beside the `protos/` of its example (for README.md those in
// `test/support`). A block stands for itself unless a comment before it, which readers do not see, says otherwise.
//
//   <!-- sample: continues -->         it goes on where the block before it ended: it knows that block's names, and may
//                                      use them for something else. Imports may be repeated.
//   <!-- sample: name shop -->         gives the block a name, so that a later one can go on from it:
//   <!-- sample: continues shop -->
//   <!-- sample: given                 lines that come before the block and need not be seen
//   const app = new App();
//   -->

const ROOT = join(__dirname, '..');

const documents = [
  'README.md',
  ...readdirSync(join(ROOT, 'examples'))
    .map((example) => `examples/${example}/README.md`)
    .filter((file) => existsSync(join(ROOT, file)))
    .sort(),
];
const protosOf = (file: string) => join(ROOT, file === 'README.md' ? 'test/support' : dirname(file), 'protos');
const samples = documents.flatMap((file) => samplesOf(file, readFileSync(join(ROOT, file), 'utf8')));

test('README.md shows a whole program', () => {
  expect(samples.filter(({ file, synthesizes }) => file === 'README.md' && synthesizes)).not.toEqual([]);
});

test('every sample compiles', () => {
  expect(diagnosticsOf(samples, ROOT)).toEqual([]);
}, 60_000);

for (const sample of samples.filter(({ synthesizes }) => synthesizes)) {
  test(`the program at ${sample.file}:${sample.line} writes manifests`, () => {
    expect(runSample(sample, protosOf(sample.file))).toContainEqual(expect.stringMatching(/\.yaml$/));
  });
}

describe('the project that README.md describes', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, app = ''] = /^app: (.*)$/m.exec(readme) ?? [];
  const [, tsconfig = ''] = /```json\n(\{ "compilerOptions".*)\n```/.exec(readme) ?? [];
  let user: string;
  beforeEach(() => {
    user = mkdtempSync(join(tmpdir(), 'cdk8s-grpc-mesh-'));
    symlinkSync(join(ROOT, 'node_modules'), join(user, 'node_modules'), 'dir');
    writeFileSync(join(user, 'tsconfig.json'), tsconfig);
  });
  afterEach(() => rmSync(user, { recursive: true }));
  const synth = (program: string) => {
    writeFileSync(join(user, 'main.ts'), program);
    const { status, stderr } = spawnSync(app, { cwd: user, shell: true, encoding: 'utf8' });
    return { status, stderr };
  };

  test('shows the errors of its types on stderr, all that cdk8s-cli passes on', () => {
    const { status, stderr } = synth("export const port: number = 'x';\n");
    expect(stderr).toContain('main.ts(1,14): error TS2322');
    expect(status).not.toBe(0);
  }, 60_000);

  test('has tests of jest, with the types that it names', () => {
    const [, types = ''] = /`("types": \[.*?\])`/.exec(readme) ?? [];
    writeFileSync(join(user, 'mesh.test.ts'), "test('one', () => expect(1).toBe(1));\n");
    expect(synth('').stderr).toContain('mesh.test.ts(1,1): error TS');
    writeFileSync(join(user, 'tsconfig.json'), tsconfig.replace(/"types": \[.*?\]/, types));
    expect(synth('').status).toBe(0);
  }, 60_000);
});

test('what README.md shows of the coffee shop is what grpc-mesh prints', () => {
  const [, folder, question, answer] =
    /^In \[`(.*?)`\].*?\n\n```console\n\$ npx grpc-mesh (.*?)\n(.*?)```/ms.exec(
      readFileSync(join(ROOT, 'README.md'), 'utf8'),
    ) ?? [];
  const home = process.cwd();
  const copy = mkdtempSync(join(tmpdir(), 'cdk8s-grpc-mesh-'));
  try {
    spawnSync(join(ROOT, 'node_modules/.bin/tsx'), ['--tsconfig', '../tsconfig.json', 'main.ts'], {
      cwd: join(ROOT, folder),
      env: { ...process.env, CDK8S_OUTDIR: join(copy, 'dist') },
    });
    process.chdir(copy);
    expect(grpcMesh(question.split(' ')).out).toBe(answer);
  } finally {
    process.chdir(home);
    rmSync(copy, { recursive: true });
  }
}, 60_000);

describe('a sample', () => {
  const read = (...lines: string[]) => samplesOf('A.md', lines.join('\n'));
  const texts = (...lines: string[]) => read(...lines).map(({ text }) => text.replace('export {};\n', '').trim());
  const compile = (...lines: string[]) => diagnosticsOf(read(...lines), ROOT);

  test('is a block of TypeScript, not of anything else', () => {
    expect(texts('```ts', 'a;', '```', '```yaml', 'b', '```', 'c', '```typescript', 'd;', '```')).toEqual(['a;', 'd;']);
  });

  test('keeps the line of the document', () => {
    expect(read('', '', '```ts', 'a;', '```').map(({ line, origins }) => [line, origins])).toEqual([[3, [0, 4, 0]]]);
  });

  test('in a list loses its indentation', () => {
    expect(texts('1. first', '   ```ts', '   if (a) {', '     b;', '   }', '   ```')).toEqual(['if (a) {\n  b;\n}']);
  });

  test('may hold a fence that is shorter than its own', () => {
    expect(texts('````md', '```ts', 'a;', '```', '````', '~~~ts', '`b`;', '~~~')).toEqual(['`b`;']);
  });

  test('goes on from the block before it when it says so', () => {
    const lines = ['```ts', 'a;', '```', '<!-- sample: continues -->', '', '```ts', 'b;', '```', '```ts', 'c;', '```'];
    expect(texts(...lines)).toEqual(['a;', 'a;\n{\nb;\n}', 'c;']);
  });

  test('goes on from a block with a name', () => {
    const first = ['<!-- sample: name shop -->', '```ts', 'a;', '```', '```ts', 'b;', '```'];
    expect(texts(...first, '<!-- sample: continues shop -->', '```ts', 'c;', '```').at(-1)).toBe('a;\n{\nc;\n}');
  });

  test('has lines before it that are not seen', () => {
    expect(texts('<!-- sample: given', 'const a = 1;', '-->', '```ts', 'a;', '```')).toEqual(['const a = 1;\na;']);
  });

  test('may repeat imports and names of the block that it goes on from', () => {
    const imports = "import { App, Chart } from 'cdk8s';";
    const first = ['```ts', imports, 'const app = new App();', '```', '<!-- sample: continues -->'];
    const second = [imports, "import { Testing } from 'cdk8s';", 'new Chart(app, Testing.name);', '```'];
    expect(compile(...first, '```ts', ...second)).toEqual([]);
    expect(compile(...first, '```ts', 'const app = new App();', ...second)).toEqual([]);
  });

  test('that does not compile is told with the line of the document, once', () => {
    const first = ['```ts', "import { Workload } from 'cdk8s-grpc-mesh';", 'Workload.image(1);', '```'];
    expect(compile(...first, '<!-- sample: continues -->', '```ts', 'Workload;', '```')).toEqual([
      "A.md:3 Argument of type 'number' is not assignable to parameter of type 'string'.",
    ]);
  });

  test('that imports what is not there is told with the line of the import', () => {
    expect(compile('```ts', '', "import { Wrkload } from 'cdk8s-grpc-mesh';", 'Wrkload;', '```')).toEqual([
      expect.stringMatching(/^A\.md:3 .*'Wrkload'.* Did you mean 'Workload'\?$/),
    ]);
  });

  test('does not know the names of a block that it does not go on from', () => {
    expect(compile('```ts', 'const shop = 1;', '```', '```ts', 'shop;', '```')).toEqual([
      "A.md:5 Cannot find name 'shop'.",
    ]);
  });

  test('that runs and refuses fails with the message of the library', () => {
    const [sample] = read('```ts', "import { ProtoApi } from 'cdk8s-grpc-mesh';", "ProtoApi.fromFile('no');", '```');
    expect(() => runSample(sample, 'protos')).toThrow(/\[MissingFile\]$/);
  });

  test('that goes on from a program is run with it, and app.synth() comes last', () => {
    const lines = ['```ts', 'a;', 'app.synth();', '```', '<!-- sample: continues -->', '```ts', 'b;', '```'];
    expect(texts(...lines)).toEqual(['a;\napp.synth();', 'a;\n{\nb;\napp.synth();\n}']);
    expect(read(...lines, '```ts', 'c;', '```').map(({ synthesizes }) => synthesizes)).toEqual([true, true, false]);
  });

  test.each([
    ['a word that nobody understands', ['<!-- sample: contiues -->', '```ts', '```'], "A.md:1: nobody understands '"],
    ['nothing to go on from', ['<!-- sample: continues -->', '```ts', '```'], 'A.md:2: there is no earlier block '],
    ['an unknown name', ['<!-- sample: continues x -->', '```ts', '```'], 'A.md:2: there is no earlier block x '],
    ['no block', ['<!-- sample: name x -->', 'The end.'], 'A.md:1: no TypeScript block follows'],
    ['a block of another language', ['<!-- sample: name x -->', '```sh', '```'], 'A.md:1: no TypeScript block follows'],
    ['no end', ['```ts', 'a;'], 'A.md: the last block or comment has no end'],
  ])('whose comments have %s is an error', (_, lines, message) => {
    expect(() => read(...lines)).toThrow(message);
  });
});
