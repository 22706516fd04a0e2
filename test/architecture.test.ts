import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRooms, violations } from './support/house-rules';

// Who may import whom, and who may do more than compute. A lint rule in the form of a test; what is not in a row is
// forbidden. `type x`: only what is erased when compiled. `lazy x`: that, or loaded by a function on first use.
// Files of one row may import each other; a star stands for one mesh, and meshes do not know each other.

const WRITING = `
| files                  | in one word   | of ours                                                                            | of others                                       | may also    |
| index.ts               | front door    | *.ts, mesh/mesh.ts, values/, errors.ts                                             |                                                 |             |
| *.ts                   | product       | mesh/mesh.ts, mesh/*.ts, mesh/contract.ts, kubernetes/, values/, values/expiry.ts, install-files.ts, errors.ts  | cdk8s, cdk8s-plus-28, constructs                |             |
| install-files.ts       | disk          | errors.ts                                                                          | cdk8s, node:fs                                  |             |
| errors.ts              | refusal       |                                                                                    | type constructs, fastest-levenshtein            |             |
| values/                | nouns         | lazy values/proto-reader.ts, errors.ts                                             | cdk8s (Duration)                                |             |
| values/expiry.ts       | calendar      | errors.ts                                                                          |                                                 | clock       |
| values/proto-reader.ts | parser        | values/, errors.ts                                                                 | protobufjs, node:fs, node:path                  | environment |
| kubernetes/            | machinery     | type kubernetes/types.ts, values/, errors.ts                                       | cdk8s, cdk8s-plus-28, constructs                |             |
| kubernetes/types.ts    | shapes        |                                                                                    | type kubernetes-models                          |             |
| mesh/contract.ts       | promise       | type mesh/*.ts, values/, errors.ts                                                 | type constructs                                 |             |
| mesh/*.ts              | common ground | mesh/contract.ts, values/, errors.ts                                               |                                                 |             |
| mesh/mesh.ts           | shelf         | mesh/*/, mesh/*.ts, mesh/contract.ts, values/, errors.ts                           |                                                 |             |
| mesh/*/                | translation   | type mesh/*/types.ts, mesh/*.ts, mesh/contract.ts, kubernetes/, values/, errors.ts | cdk8s, constructs                               |             |
| mesh/*/types.ts        | shapes        |                                                                                    | type kubernetes-models, type @kubernetes-models |             |
`;

const READING = `
| files         | in one word | of ours                                      | of others                         | may also                |
| manifests/    | facts       |                                              | lazy js-yaml, fastest-levenshtein, type kubernetes-models, type @kubernetes-models |                         |
| simulation/   | judgement   | manifests/                                   |                                   |                         |
| analysis/     | opinion     | manifests/, simulation/                      |                                   |                         |
| diagram/      | picture     | manifests/, simulation/                      |                                   |                         |
| questions/    | words       | manifests/, simulation/, analysis/           | lazy protobufjs |                         |
| cli/          | mouth       | manifests/, simulation/, analysis/, diagram/, questions/ | commander, node:fs, node:path | |
| cli/main.ts   | entry       | cli/                                         | node:fs                           | print, environment, clock, run |
| mesh-check/   | bridge      | lazy questions/, type analysis/, type questions/ | cdk8s, node:fs               |                         |
| jest-matchers.ts | dialect  | mesh-check/                                  | type cdk8s                        |                         |
| index.ts      | front door  | mesh-check/                                  |                                   |                         |
`;

const ROOMS = readRooms(WRITING, READING);
const ROOT = join(__dirname, '..');

function sources(): Record<string, string> {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts'))
    .sort();
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(ROOT, 'src', file), 'utf8')]));
}

/** Small trees in which every file but the named ones exists and is empty. */
function plant(files: Record<string, string>): string[] {
  const empty = [
    'errors.ts',
    'mesh-service.ts',
    'values/names.ts',
    'values/proto-reader.ts',
    'kubernetes/owned-object.ts',
    'kubernetes/types.ts',
    'mesh/contract.ts',
    'mesh/mesh.ts',
    'mesh/istio/istio.ts',
    'mesh/istio/types.ts',
    'mesh/linkerd/linkerd.ts',
    'mesh/linkerd/types.ts',
    'manifests/read.ts',
    'simulation/call.ts',
    'analysis/rule.ts',
    'diagram/mermaid.ts',
    'mesh-check/reading.ts',
  ];
  return violations(ROOMS, { ...Object.fromEntries(empty.map((file) => [file, ''])), ...files });
}

describe('the source of this library', () => {
  const files = sources();

  test('keeps the rules of the house', () => {
    expect(violations(ROOMS, files)).toEqual([]);
  });

  test('is read: the rules see the imports that are known to be there', () => {
    const found = violations(readRooms(WRITING.replace('protobufjs, ', ''), READING), files);
    expect(found).toContainEqual(expect.stringMatching(/^values\/proto-reader\.ts:\d+ imports 'protobufjs': /));
  });

  test('has a front door that only exports, by name', () => {
    const code = files['index.ts']
      .replaceAll(/^\/\/.*$/gm, '')
      .replaceAll(/export (type )?\{[^}]*\} from '[^']+';/g, '');
    expect(code.trim()).toBe('');
  });

  test('is described by the table in ARCHITECTURE.md', () => {
    expect(readRooms(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8'))).toEqual(ROOMS);
  });
});

// Each rule: what it catches and what it says of it, and the nearest thing that it lets pass.
const PLANTED = `
a noun knows no construct
  no:  values/a.ts: import type { Construct } from 'constructs';
       imports 'constructs': values/ may not
  yes: kubernetes/a.ts: import type { Construct } from 'constructs';

a noun takes only Duration from cdk8s
  no:  values/a.ts: import { ApiObject, Duration } from 'cdk8s';
       imports 'cdk8s' for ApiObject: values/ may use only Duration
  yes: values/a.ts: import { Duration as Time } from 'cdk8s';

a noun does not take all of cdk8s by a star
  no:  values/a.ts: import * as cdk8s from 'cdk8s';
       imports 'cdk8s' for *: values/ may use only Duration
  yes: values/a.ts: export type T = import('cdk8s').Duration;

a noun knows no product
  no:  values/a.ts: import type { X } from '../mesh-service';
       imports mesh-service.ts: values/ may not import *.ts
  yes: values/a.ts: import { dnsLabel } from './names';

only the parser names protobufjs
  no:  values/a.ts: import type { Root } from 'protobufjs';
       imports 'protobufjs': values/ may not
  yes: values/proto-reader.ts: import 'protobufjs/ext/descriptor';

the parser is not loaded with the file
  no:  values/a.ts: import { read } from './proto-reader';
       imports values/proto-reader.ts: only a function may load it, on first use
  yes: values/a.ts: const read = (): typeof import('./proto-reader') => require('./proto-reader');

a require at the top of a file is not a first use
  no:  values/a.ts: const read = require('./proto-reader');
       imports values/proto-reader.ts: only a function may load it, on first use
  yes: values/a.ts: import type { ReadService } from './proto-reader';

nobody else loads the parser, however late
  no:  a.ts: const read = () => import('./values/proto-reader');
       imports values/proto-reader.ts: *.ts may not import values/proto-reader.ts
  yes: values/a.ts: const read = () => import('./proto-reader');

only types.ts names the models
  no:  mesh/istio/a.ts: import type { IPod } from 'kubernetes-models/v1';
       imports 'kubernetes-models/v1': mesh/*/ may not
  yes: mesh/istio/types.ts: import type { IPod } from 'kubernetes-models/v1';

the models of a mesh stay in its own types.ts
  no:  kubernetes/types.ts: import type { IGateway } from '@kubernetes-models/istio/v1';
       imports '@kubernetes-models/istio/v1': kubernetes/types.ts may not
  yes: mesh/istio/types.ts: import type { IGateway } from '@kubernetes-models/istio/v1';

the models are never loaded
  no:  mesh/istio/types.ts: export { Pod } from 'kubernetes-models/v1';
       imports 'kubernetes-models/v1': only its types are allowed here
  yes: mesh/istio/types.ts: export { type IPod } from 'kubernetes-models/v1';

a package with a longer name is another package
  no:  kubernetes/a.ts: import 'cdk8s-cli';
       imports 'cdk8s-cli': kubernetes/ may not
  yes: kubernetes/a.ts: import { k8s } from 'cdk8s-plus-28/lib/imports/k8s';

the contract names no manifest types
  no:  mesh/contract.ts: import type { X } from './istio/types';
       imports mesh/istio/types.ts: mesh/contract.ts may not import mesh/*/types.ts
  yes: mesh/contract.ts: import type { X } from '../values/names';

the contract makes no constructs
  no:  mesh/contract.ts: import { Construct } from 'constructs';
       imports 'constructs': only its types are allowed here
  yes: mesh/contract.ts: import { type Construct, type IConstruct } from 'constructs';

a mesh does not know another mesh
  no:  mesh/linkerd/a.ts: import { X } from '../istio/istio';
       imports mesh/istio/istio.ts: linkerd may not know istio
  yes: mesh/linkerd/a.ts: import { X } from './linkerd';

a mesh does not borrow the types of another mesh
  no:  mesh/linkerd/a.ts: import type { X } from '../istio/types';
       imports mesh/istio/types.ts: linkerd may not know istio
  yes: mesh/linkerd/a.ts: import type { X } from './types';

a mesh does not know the products
  no:  mesh/istio/a.ts: import type { X } from '../../mesh-service';
       imports mesh-service.ts: mesh/*/ may not import *.ts
  yes: mesh/istio/a.ts: import type { X } from '../contract';

a product knows no mesh by name
  no:  a.ts: import { Istio } from './mesh/istio/istio';
       imports mesh/istio/istio.ts: *.ts may not import mesh/*/
  yes: mesh/mesh.ts: import { Istio } from './istio/istio';

a product knows no manifest types
  no:  a.ts: import type { X } from './kubernetes/types';
       imports kubernetes/types.ts: *.ts may not import kubernetes/types.ts
  yes: kubernetes/a.ts: import type { X } from './types';

the front door opens on no mesh
  no:  index.ts: export * from './mesh/istio/istio';
       imports mesh/istio/istio.ts: index.ts may not import mesh/*/
  yes: index.ts: export { Mesh } from './mesh/mesh';

the writing half does not know the reading half
  no:  a.ts: import { read } from './manifests/read';
       imports manifests/read.ts: *.ts may not import manifests/
  yes: mesh-check/a.ts: import type { Rule } from '../analysis/rule';

the reading half does not know the writing half
  no:  simulation/a.ts: import type { X } from '../values/names';
       imports values/names.ts: simulation/ may not import values/
  yes: simulation/a.ts: import type { X } from '../manifests/read';

the reading half does not fail in the words of the writing half
  no:  manifests/a.ts: import { MeshError } from '../errors';
       imports errors.ts: manifests/ may not import errors.ts
  yes: values/a.ts: import { MeshError } from '../errors';

the bridge leads to the reading half only
  no:  mesh-check/a.ts: import { X } from '../mesh-service';
       imports mesh-service.ts: mesh-check/ may not import *.ts
  yes: mesh-check/a.ts: import { Chart } from 'cdk8s';

judgement has no opinion
  no:  simulation/a.ts: import { X } from '../analysis/rule';
       imports analysis/rule.ts: simulation/ may not import analysis/
  yes: analysis/a.ts: import { X } from '../simulation/call';

an analyser reads no files
  no:  analysis/a.ts: import { readFileSync } from 'node:fs';
       imports 'node:fs': analysis/ may not
  yes: cli/a.ts: import { readFileSync } from 'node:fs';

only the entry of the cli prints
  no:  cli/a.ts: export const a = () => console.log('a');
       prints: console.log
  yes: cli/main.ts: export const a = () => console.log('a');

standard output is printing too
  no:  a.ts: export const a = () => globalThis.process.stdout.write('a');
       prints: globalThis.process
  yes: a.ts: export interface Console { readonly console: string; readonly process: Process }

nobody ends the process
  no:  cli/main.ts: process.exit(1);
       ends the process: process.exit
  yes: cli/main.ts: process.exitCode = 1;

the environment is not an input
  no:  a.ts: export const a = () => process.env.A;
       reads the environment: process.env
  yes: a.ts: export const a = (process: { env: string }) => ({ process: 1 });

nothing looks at the clock
  no:  a.ts: export const a = () => new Date();
       looks at the clock: new Date()
  yes: a.ts: export const a = (text: string): Date => new Date(text);

nothing rolls dice
  no:  a.ts: export const a = () => Math.random();
       rolls dice: Math.random
  yes: a.ts: export const a = () => Math.max(1, 2);

a module keeps no state in a variable
  no:  a.ts: let seen = 0;
       keeps state in the module: let seen = 0;
  yes: a.ts: export function a() { let seen = 0; return seen; }

a module keeps no state in a container
  no:  a.ts: const seen = new Map<string, string>();
       keeps state in the module: const seen
  yes: a.ts: const KNOWN = new Map([['a', 'b']]);

an empty list is there to be filled, unless it says that it stays empty
  no:  a.ts: const seen: string[] = [];
       keeps state in the module: const seen
  yes: a.ts: const NONE: readonly string[] = [];

an empty record is there to be filled, an empty spec is a spec
  no:  a.ts: const seen: Record<string, string> = {};
       keeps state in the module: const seen
  yes: a.ts: const allowNothing: PolicySpec = {};

a class keeps no state for all its instances
  no:  a.ts: class A { private static seen = 0; }
       keeps state in the module: private static seen = 0;
  yes: a.ts: class A { private static readonly SIZE = 1; private seen = 0; }

a module does nothing when it is loaded
  no:  a.ts: register();
       does something when it is loaded: register();
  yes: a.ts: export const a = () => register();

constructs do not depend on each other
  no:  a.ts: export const a = (x, y) => x.node.addDependency(y);
       makes constructs depend on each other: x.node.addDependency
  yes: a.ts: export const a = (x, y) => x.node.addValidation(y);

a file lies in a folder of the table
  no:  helpers/a.ts: export {};
       lies in no folder of the table
  yes: analysis/rules/a.ts: export {};

an import leads to a file of the library
  no:  a.ts: import manifest from '../package.json';
       imports '../package.json', which is not in src/
  yes: a.ts: import { X } from './errors.js';

a name that is computed could be any name
  no:  a.ts: export const a = (name: string) => require('./' + name);
       imports a name that is computed
  yes: a.ts: export const a = () => require('./errors');

an import in the old way counts
  no:  a.ts: import fs = require('node:fs');
       imports 'node:fs': *.ts may not
  yes: cli/a.ts: import fs = require('node:fs');

a file does not import itself
  no:  values/a.ts: import { a } from './a'; export { a };
       a circle
  yes: values/a.ts: import { dnsLabel } from './names'; export { dnsLabel };
`;

function planted(): [rule: string, caught: Record<string, string>, says: string, passes: Record<string, string>][] {
  const tree = (line: string) => {
    const [, file, text] = /^ {2}(?:no: {2}|yes: )(\S+): ?(.*)$/.exec(line) ?? [];
    return { [file]: text };
  };
  return PLANTED.trim()
    .split('\n\n')
    .map((paragraph) => paragraph.split('\n'))
    .map(([rule, no, says, yes]) => [rule, tree(no), says.trim(), tree(yes)]);
}

describe('the rules of the house', () => {
  test.each(planted())('%s', (_, caught, says, passes) => {
    expect(plant(caught)).toEqual([expect.stringContaining(says)]);
    expect(plant(passes)).toEqual([]);
  });

  test('say the file and the line', () => {
    expect(plant({ 'values/a.ts': "\n\nimport 'constructs';" })).toEqual([
      "values/a.ts:3 imports 'constructs': values/ may not",
    ]);
  });

  test('a circle is told once, by its shortest way', () => {
    const circle = {
      'values/a.ts': "import { b } from './b';",
      'values/b.ts': "import { c } from './c'; import { d } from './d';",
      'values/c.ts': "import { a } from './a';",
      'values/d.ts': "import { c } from './c';",
    };
    expect(plant(circle)).toEqual([
      'values/a.ts → values/b.ts → values/c.ts → values/a.ts is a circle',
      'values/a.ts → values/b.ts → values/d.ts → values/c.ts → values/a.ts is a circle',
    ]);
    expect(plant({ ...circle, 'values/c.ts': '' })).toEqual([]);
  });

  test('a circle that only types close is told apart', () => {
    const circle = { 'values/a.ts': "import { b } from './b';", 'values/b.ts': "import type { A } from './a';" };
    expect(plant(circle)).toEqual(['values/a.ts → values/b.ts → values/a.ts is a circle of types']);
    expect(plant({ ...circle, 'values/b.ts': '' })).toEqual([]);
  });

  test('a circle closed by a function at work is a circle', () => {
    const circle = { 'values/a.ts': "import { b } from './b';", 'values/b.ts': "const a = () => require('./a');" };
    expect(plant(circle)).toEqual(['values/a.ts → values/b.ts → values/a.ts is a circle']);
  });

  test('a permission that nobody understands is refused', () => {
    const rooms = readRooms('| values/ | nouns | | cdk8s (Duration | |');
    expect(() => violations(rooms, { 'values/a.ts': "import 'cdk8s';" })).toThrow("the table says 'cdk8s (Duration'");
  });
});
