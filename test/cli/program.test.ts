import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grpcMesh } from '../support/command-line';
import { SMALL_MESH } from '../support/small-mesh';

const COMMANDS = ['check', 'can', 'matrix', 'diff', 'route', 'mtls', 'explain', 'diagram'];

describe('help', () => {
  test('without a word there is help', () => {
    const { out, err, exitCode } = grpcMesh([]);
    expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 });
    expect(grpcMesh(['--help']).out).toBe(out);
    for (const command of COMMANDS) expect(out).toContain(`\n  ${command} `);
  });

  test.each(COMMANDS)('of %s has examples that begin with it, its formats and the exit codes', (command) => {
    const { out, exitCode } = grpcMesh([command, '--help']);
    expect(exitCode).toBe(0);
    expect(out).toContain(`grpc-mesh ${command} `);
    expect(out).toMatch(/--format <format> +.*\(choices:\s/s);
    expect(out).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*unknown.*\n {2}2 /);
  });

  test.each([
    ['diff', 'only who may call the services in this namespace, wherever the callers are'],
    ['mtls', 'only the workloads in this namespace'],
    ['can', 'where names are looked for that do not say it'],
  ])('of %s says what -n is for', (command, words) => {
    expect(grpcMesh([command, '--help']).out.replaceAll(/\s+/g, ' ')).toContain(`-n, --namespace <name> ${words}`);
  });

  test('the version is that of the package', () => {
    expect(grpcMesh(['--version'])).toEqual({ out: '1.2.3\n', err: '', exitCode: 0 });
  });
});

test.each([
  [['chek'], /^error: unknown command 'chek'\n\(Did you mean check\?\)/],
  [['check', '--formt', 'json'], /^error: unknown option '--formt'\n\(Did you mean --format\?\)/],
  [
    ['check', '-', '-o', 'xml'],
    /^error: option '-o, --format <format>' argument 'xml' is invalid. Allowed choices are text, json, sarif, markdown/,
  ],
  [['can', 'web'], /^error: missing required argument 'to'/],
  [['matrix', 'no/such/folder'], /^error: there is no file or folder no\/such\/folder\n/],
  [['matrix', '-'], /^error: no object of Kubernetes is in stdin\n$/],
  [['check', '-'], /^error: no object of Kubernetes is in stdin\n$/],
])('%j is bad input', (args, message) => {
  const { out, err, exitCode } = grpcMesh(args);
  expect(err).toMatch(message);
  expect({ out, exitCode }).toEqual({ out: '', exitCode: 2 });
});

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const [first, ...rest] = SMALL_MESH.split('---\n');

  test('of a folder are read at any depth, in the order of their names, of three endings', () => {
    write('a/b/one.yml', first);
    write('two.yaml', rest.slice(0, -1).join('---\n'));
    write('three.json', '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"bank"}}');
    write('four.txt', 'kind: [');
    write('construct-metadata.json', '{}');
    write('.hidden/five.yaml', 'kind: [');
    write('node_modules/six.yaml', 'kind: [');
    symlinkSync(folder, join(folder, 'loop'));
    const { out, exitCode } = grpcMesh(['check', folder]);
    expect(exitCode).toBe(0);
    expect(out).toBe('0 errors, 0 warnings, 0 info in 12 objects of 3 files\n');
  });

  test('are read once, however often they are named', () => {
    write('all.yaml', SMALL_MESH);
    const file = join(folder, 'all.yaml');
    expect(grpcMesh(['check', file, folder, '-f', file]).out).toContain('in 12 objects of 1 file\n');
  });

  test('that hold no object of Kubernetes are named, not passed over', () => {
    write('all.yaml', SMALL_MESH);
    write('cdk8s.yaml', 'language: typescript\n');
    expect(grpcMesh(['matrix', folder]).err).toBe(
      `note: no objects of Kubernetes, left out: ${join(folder, 'cdk8s.yaml')}\n`,
    );
    expect(grpcMesh(['matrix', folder, '--quiet']).err).toBe('');
    expect(grpcMesh(['check', folder]).exitCode).toBe(0);
  });

  test.each(['check', 'matrix', 'mtls', 'diagram'])('that hold none at all are no question for %s', (command) => {
    for (const [index, text] of ['', 'hello', 'language: typescript\n'].entries()) write(`${index}.yaml`, text);
    expect(grpcMesh([command, folder])).toEqual({
      out: '',
      err: `error: no object of Kubernetes is in ${[0, 1, 2].map((index) => join(folder, `${index}.yaml`)).join(', ')}\n`,
      exitCode: 2,
    });
  });

  test('that cannot be read end every question but check: a wall could stand in them', () => {
    const { out, err, exitCode } = grpcMesh(['matrix', '-'], `${SMALL_MESH}---\nkind: {{ .Values.kind }}\n`);
    expect({ out, exitCode }).toEqual({ out: '', exitCode: 2 });
    expect(err).toMatch(/^error: stdin:11\d: .*\[HelmTemplate\]\n {2}.*helm template/);
  });

  test('an object that an API server refuses is left out by name, and one that is there twice too', () => {
    const wrong = SMALL_MESH.replace('spec: { mtls: { mode: STRICT } }', 'spec: { mtls: { mode: STRIKT } }');
    expect(grpcMesh(['matrix', '-'], wrong).err).toMatch(
      /^note: stdin:9: left out, as an API server refuses it: spec\.mtls\.mode: /,
    );
    expect(grpcMesh(['matrix', '-'], `${first}---\n${SMALL_MESH}`).err).toMatch(
      /^note: stdin:\d+: .*is there twice.*; the later one counts\n$/,
    );
  });

  test('of kinds that nobody here knows are counted and named once, those of Kubernetes only by check', () => {
    const more = (apiVersion: string, kind: string, name: string) =>
      `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\n`;
    const input = [
      SMALL_MESH,
      more('policy/v1', 'PodDisruptionBudget', 'a'),
      more('argoproj.io/v1alpha1', 'Rollout', 'a'),
      more('argoproj.io/v1alpha1', 'Rollout', 'b'),
    ].join('');
    expect(grpcMesh(['matrix', '-'], input).err).toBe(
      'note: no answer depends on these, not looked into: 2 argoproj.io/Rollout\n',
    );
    expect(grpcMesh(['check', '-'], input).out).toContain(
      'note: no answer depends on these, not looked into: 2 argoproj.io/Rollout, 1 policy/PodDisruptionBudget\n',
    );
  });

  test('in an empty folder there are none', () => {
    expect(grpcMesh(['check', folder]).err).toBe(`error: there is no *.yaml, *.yml or *.json in ${folder}\n`);
  });
});

test('a namespace that is not there can be taken as injected', () => {
  const without = SMALL_MESH.replace(/^.*?---\n/s, '');
  const can = (...options: string[]) => grpcMesh(['can', 'web', 'order', 'Place', '-f', '-', ...options], without);
  expect(can().out).toMatch(/^unknown: /);
  expect(can('--injected', 'shop').out).toMatch(/^yes: /);
  expect(can('--injected', '*').out).toMatch(/^yes: /);
});

test('a namespace that is taken as injected and is not there at all is noted', () => {
  const check = (...options: string[]) => grpcMesh(['check', '-', ...options], SMALL_MESH);
  expect(check('--injected', 'shp', '--injected', 'shop', '--injected', '*').err).toBe(
    'note: --injected shp: nothing is in a namespace of that name\n',
  );
  expect(check('--injected', 'shp', '--quiet').err).toBe('');
});

describe('a namespace', () => {
  test.each(['check', 'matrix', 'mtls', 'diagram'])('in which nothing is is a wrong question for %s', (command) => {
    expect(grpcMesh([command, '-', '-n', 'shp'], SMALL_MESH)).toEqual({
      out: '',
      err: "error: nothing among the manifests is in namespace 'shp'. Did you mean 'shop'?\n  There are shop and edge.\n",
      exitCode: 2,
    });
  });

  test.each(['check', 'matrix', 'mtls', 'diagram'])('is a filter of %s', (command) => {
    const input = SMALL_MESH.replace('[cluster.local/ns/shop', '[spiffe://cluster.local/ns/shop');
    const all = grpcMesh([command, '-'], input);
    expect(grpcMesh([command, '-', '-n', 'shop'], input)).toEqual(all);
    const other = `${input}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: empty }\n`;
    expect(grpcMesh([command, '-', '-n', 'empty'], other)).toMatchObject({ err: '', exitCode: 0 });
    expect(grpcMesh([command, '-', '-n', 'empty'], other).out).not.toContain('order');
  });
});

test('--output is another word for --format, as of kubectl', () => {
  const matrix = (...options: string[]) => grpcMesh(['matrix', '-', ...options], SMALL_MESH);
  expect(matrix('--output', 'csv')).toEqual(matrix('-o', 'csv'));
  expect(matrix('--output=csv')).toEqual(matrix('--format', 'csv'));
  expect(matrix('--output', 'xml').exitCode).toBe(2);
});

test('the mesh may have another trust domain', () => {
  const acme = SMALL_MESH.replace('cluster.local/ns/shop/sa/web', 'acme.example/ns/shop/sa/web');
  const can = (...options: string[]) => grpcMesh(['can', 'web', 'order', 'Place', '-f', '-', ...options], acme);
  expect(can().out).toMatch(/^no: /);
  expect(can('--trust-domain', 'acme.example').out).toMatch(/^yes: /);
});

test('what takes more than a second says so to a person, and cleans up', () => {
  let clock = 0;
  const slow = {
    errIsTerminal: true,
    now: () => {
      clock += 2000;
      return clock;
    },
  };
  expect(grpcMesh(['matrix', '-'], SMALL_MESH, slow).err).toBe(
    '\r\u001b[Kreading the manifests in 1 files …\r\u001b[K',
  );
  clock = 0;
  expect(grpcMesh(['matrix', '-'], SMALL_MESH, { ...slow, errIsTerminal: false }).err).toBe('');
});
