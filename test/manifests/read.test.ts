import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Manifest } from '../../src/manifests/manifest';
import { readManifests } from '../../src/manifests/read';

const ROOT = join(__dirname, '..', '..');

const read = (text: string) => readManifests([{ name: 'a.yaml', text }]);
const namesIn = (text: string) => read(text).manifests.map(({ name }) => name);
const troubles = (text: string) =>
  read(text).problems.map(({ line, column, code, message }) => `${line}:${column} ${code}: ${message}`);

/** The one manifest of a text in which nothing is wrong. */
function only(text: string): Manifest {
  const { manifests, problems } = read(text);
  expect(problems).toEqual([]);
  expect(manifests).toHaveLength(1);
  return manifests[0];
}

const object = (name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;

describe('a manifest', () => {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: order
  namespace: shop
  labels: {app: order}
  annotations: {cdk8s-grpc-mesh/construct: shop/order}
spec: {replicas: 2}
`;

  test('says which object it is, what marks it, where it was read, and all that it holds', () => {
    expect(only(text)).toEqual({
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'order',
      labels: { app: 'order' },
      annotations: { 'cdk8s-grpc-mesh/construct': 'shop/order' },
      construct: 'shop/order',
      origin: { source: 'a.yaml', document: 0 },
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: {
          name: 'order',
          namespace: 'shop',
          labels: { app: 'order' },
          annotations: { 'cdk8s-grpc-mesh/construct': 'shop/order' },
        },
        spec: { replicas: 2 },
      },
    });
  });

  test('of the core group has no group, and no construct unless it says so', () => {
    const manifest = only(object('a'));
    expect(manifest).toMatchObject({ group: '', version: 'v1', labels: {}, annotations: {} });
    expect(manifest).not.toHaveProperty('construct');
  });

  test.each([
    ['is in the namespace default if it names none', object('a'), 'default'],
    ['is there too if it names an empty one', object('a', '  namespace: ""\n'), 'default'],
    ['is there too if it names null', object('a', '  namespace:\n'), 'default'],
    ['is in the one that it names', object('a', '  namespace: shop\n'), 'shop'],
    ['is in none if its kind is of the whole cluster', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}', ''],
    [
      'is in none even if it names one',
      'apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: a, namespace: b}',
      '',
    ],
    [
      'is in one if only the name of its kind is',
      'apiVersion: x.io/v1\nkind: Namespace\nmetadata: {name: a}',
      'default',
    ],
  ])('%s', (_, yaml, namespace) => {
    expect(only(yaml).namespace).toBe(namespace);
  });

  test('may have the begin of a name, and two may have the same', () => {
    const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: migrate-}\n';
    expect(read(`${job}---\n${job}`).problems).toEqual([]);
    expect(namesIn(`${job}---\n${job}`)).toEqual(['migrate-', 'migrate-']);
  });

  test('has empty strings where a label or an annotation has no value', () => {
    expect(only(object('a', '  labels: {app: }\n  annotations: {note: null, other: b}\n'))).toMatchObject({
      labels: { app: '' },
      annotations: { note: '', other: 'b' },
    });
  });

  test('may have labels and annotations that are null', () => {
    expect(only(object('a', '  labels:\n  annotations: ~\n'))).toMatchObject({ labels: {}, annotations: {} });
  });

  test('keeps every kind, known or not', () => {
    expect(only('apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: a}\nwhat: {ever: 1}')).toMatchObject({
      group: 'x.io',
      kind: 'Thing',
      body: { what: { ever: 1 } },
    });
  });

  test('keeps a field that is named like a part of JavaScript, and changes none', () => {
    const { body } = only(object('a', 'data:\n  __proto__: b\n  constructor: c\n'));
    expect(Object.entries(body.data as object)).toEqual([
      ['__proto__', 'b'],
      ['constructor', 'c'],
    ]);
    expect(Object.getPrototypeOf(body.data)).toBe(Object.prototype);
  });
});

describe('a file', () => {
  test('may hold many documents, counted from 0 without those with nothing in them', () => {
    const { manifests } = read(`---\n${object('a')}---\n# nothing\n---\n---\n${object('b')}`);
    expect(manifests.map(({ name, origin }) => [name, origin.document])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });

  test.each([
    ['empty', ''],
    ['of comments alone', '# Source: a/templates/b.yaml\n'],
    ['as Helm leaves it where a template rendered nothing', '---\n# Source: a/templates/b.yaml\n\n---\n'],
    ['with null in it', 'null\n---\n~\n'],
    ['that only ends documents', '...\n'],
  ])('%s holds nothing, and that is no problem', (_, text) => {
    expect(read(text)).toEqual({ manifests: [], problems: [] });
  });

  test.each([
    ['as Helm writes it', '---\n# Source: a/templates/b.yaml\n', '--- # and so on\n', ''],
    ['with the line ends of Windows', '', '---\n', ''],
    ['with a byte order mark', '\uFEFF', '---\n', ''],
    ['with ends of documents', '', '...\n---\n', '...\n'],
  ])('%s is read', (what, begin, between, end) => {
    const text = `${begin}${object('a')}${between}${object('b')}${end}`;
    expect(namesIn(what.includes('Windows') ? text.replaceAll('\n', '\r\n') : text)).toEqual(['a', 'b']);
  });

  test.each([
    ['on one line', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } })],
    ['on many lines', `\n ${JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }, null, '\t')}\n`],
    ['that only YAML allows', '{apiVersion: v1, kind: ConfigMap, "metadata": {name: a,}} # JSON?'],
  ])('may be JSON %s', (_, text) => {
    expect(only(text).name).toBe('a');
  });

  test('may hold documents of both', () => {
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } });
    expect(namesIn(`${object('a')}---\n${json}\n---\n${object('c')}`)).toEqual(['a', 'b', 'c']);
  });

  test('with a broken document still has the others', () => {
    const text = `${object('a')}---\nkind: "\n---\n${object('b')}---\n- c\n---\n${object('d')}`;
    expect(namesIn(text)).toEqual(['a', 'b', 'd']);
    expect(read(text).problems.map(({ document, code }) => [document, code])).toEqual([
      [1, 'NotYaml'],
      [3, 'NotAnObject'],
    ]);
  });
});

describe('a list', () => {
  test('is taken for its items, each of which says which one it is', () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n- ${object('a').replaceAll('\n', '\n  ')}\n- ${object('b').replaceAll('\n', '\n  ')}`;
    const { manifests, problems } = read(text);
    expect(problems).toEqual([]);
    expect(manifests.map(({ name, origin }) => [name, origin.item])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });

  test('of a kind may leave the kind out of its items', () => {
    const pods = { apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'a' }, spec: {} }] };
    expect(only(JSON.stringify(pods))).toMatchObject({
      kind: 'Pod',
      version: 'v1',
      body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: {} },
    });
  });

  test('may be empty', () => {
    expect(read('apiVersion: v1\nkind: List\nitems: []')).toEqual({ manifests: [], problems: [] });
  });

  test('with a broken item still has the others', () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n- ${object('a').replaceAll('\n', '\n  ')}\n- kind: Pod\n- b\n- {items: []}`;
    expect(namesIn(text)).toEqual(['a']);
    expect(troubles(text)).toEqual([
      "10:3 NotAnObject: an object of Kubernetes must be here, not the string 'b'",
      '11:3 ListInList: this is a list inside a list',
      "9:3 NoApiVersion: this object has no 'apiVersion'",
    ]);
  });
});

const big = Array.from(
  { length: 8 },
  (_, level) => `  l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`,
);

/** What is refused, where and why; and the nearest text that is accepted. */
const REFUSED: [what: string, refused: string, says: string, accepted: string][] = [
  [
    'words instead of YAML',
    'a: b: c',
    "1:5 NotYaml: this is not YAML: this is indented differently than its neighbours, or a value with ': ' in it or '@', '%' or '`' at its begin has no quotes",
    object("'b: c'"),
  ],
  [
    'a tab as an indent',
    object('a', 'data:\n\tb: c\n'),
    '6:1 NotYaml: this is not YAML: tab characters must not be used in indentation',
    object('a', 'data:\n  b: "\tc"\n'),
  ],
  [
    'a document that is cut within quotes',
    object('"a'),
    '5:1 NotYaml: this is not YAML: it ends in the middle of something',
    object('"a"'),
  ],
  [
    'a document that is cut within brackets',
    object('a', 'data: {b: [c, '),
    '5:15 NotYaml: this is not YAML: it ends in the middle of something',
    object('a', 'data: {b: [c, ]}'),
  ],
  [
    'a document that is cut within a name',
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  nam',
    "3:1 NoName: this object has no 'metadata.name'",
    object('a'),
  ],
  [
    'a field that is there twice',
    object('a', 'data: {}\ndata: {b: c}\n'),
    '6:1 DuplicateKey: one object has this field twice, and only one of the two would count',
    object('a', 'data: {}\nDATA: {b: c}\n'),
  ],
  [
    'a field that is there twice in JSON',
    '{"apiVersion": "v1", "kind": "Pod",\n "kind": "ConfigMap", "metadata": {"name": "a"}}',
    '2:2 DuplicateKey: one object has this field twice, and only one of the two would count',
    '{"apiVersion": "v1", "kind": "Pod",\n "metadata": {"kind": "\\"kind\\": 1", "name": "a"}}',
  ],
  [
    'aliases that multiply',
    object('a', `data:\n  l0: &l0 [a, b]\n${big.join('\n')}\n`),
    '6:7 TooManyAliases: the aliases in this document make it hold itself, or more than 100000 values',
    object('a', `data:\n  l0: &l0 [a, b]\n${big.slice(0, 3).join('\n')}\n`),
  ],
  [
    'an alias of itself',
    object('a', 'data: &data {b: *data}\n'),
    '5:7 TooManyAliases: the aliases in this document make it hold itself, or more than 100000 values',
    object('a', 'data: {a: &b {c: d}, b: *b}\n'),
  ],
  [
    'an alias of nothing',
    object('a', 'data: *data\n'),
    '5:8 NotYaml: this is not YAML: unidentified alias "data"',
    object('a', 'data: "*data"\n'),
  ],
  [
    'a tag of nobody',
    object('a', 'data: !vault {}\n'),
    '5:7 NotYaml: this is not YAML: unknown mapping tag !<!vault>',
    object('a', 'data: !!map {}\n'),
  ],
  [
    'a number that JSON does not have',
    object('a', 'data: .inf\n'),
    '1:1 NotYaml: this is not YAML: .inf is not a number in JSON',
    object('a', 'data: ".inf"\n'),
  ],
  [
    'more levels than any object has',
    object('a', `data: ${'['.repeat(300)}${']'.repeat(300)}\n`),
    '5:206 NotYaml: this is not YAML: nesting exceeded maxDepth (200)',
    object('a', `data: ${'['.repeat(100)}${']'.repeat(100)}\n`),
  ],
  [
    'more levels of JSON',
    `{"a": ${'['.repeat(300)}${']'.repeat(300)}}`,
    '1:205 NotYaml: this is not YAML: nesting exceeded maxDepth (200)',
    `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "b": ${'['.repeat(100)}${']'.repeat(100)}}`,
  ],
  [
    'two documents of JSON in a row',
    '{"apiVersion": "v1"}\n{"apiVersion": "v1"}',
    '2:1 NotYaml: this is not YAML: this belongs neither to what is above it nor to a new document',
    '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}\n---\n',
  ],
  [
    'UTF-16',
    Buffer.from(`\uFEFF${object('a')}`, 'utf16le').toString('utf8'),
    '1:1 NotUtf8: this is not UTF-8: it is a binary file, or text in another encoding, such as UTF-16',
    `\uFEFF${object('a')}`,
  ],
  [
    'a binary file',
    `${object('a')}\u0000\u0001`,
    '5:1 NotUtf8: this is not UTF-8: it is a binary file, or text in another encoding, such as UTF-16',
    object('a', 'data: "\\0"'),
  ],
  [
    'Latin 1',
    Buffer.from(object('a', '# é'), 'latin1').toString('utf8'),
    '5:3 NotUtf8: this is not UTF-8: it is a binary file, or text in another encoding, such as UTF-16',
    object('a', '# é'),
  ],
  [
    'something behind a separator',
    `--- {}\n${object('a')}`,
    "1:1 InvalidSeparator: a line begins with '---' and goes on with '{}': kubectl refuses such a file",
    `--- # {}\n${object('a')}`,
  ],
  [
    'a certificate that is not indented',
    object('a', 'data: |\n-----BEGIN CERTIFICATE-----\n'),
    "6:1 InvalidSeparator: a line begins with '---' and goes on with '--BEGIN CERTIFICATE-----': kubectl refuses such a file",
    object('a', 'data: |\n  -----BEGIN CERTIFICATE-----\n'),
  ],
  [
    'something behind the end of a document',
    `${object('a')}...\n${object('b')}`,
    "5:1 SecondDocument: kubectl reads a document up to a line '...' and drops what follows it",
    `${object('a')}...\n# b\n`,
  ],
  [
    'a directive',
    `%YAML 1.1\n---\n${object('a')}`,
    '2:1 NotYaml: this is not YAML: it ends in the middle of something',
    `# %YAML 1.1\n---\n${object('a')}`,
  ],
  [
    'a template of Helm around lines',
    `{{- if .Values.a }}\n${object('a')}{{- end }}\n`,
    '1:1 HelmTemplate: this is a Helm template, not a manifest',
    object('a', 'data: {b: "{{- if .Values.a }}"}\n'),
  ],
  [
    'a template of Helm as a value',
    object('{{ .Release.Name }}'),
    '4:9 HelmTemplate: this is a Helm template, not a manifest',
    object('release-name'),
  ],
  [
    'a template of Helm within a value',
    object('{{ .Release.Name }}-a'),
    '4:9 HelmTemplate: this is a Helm template, not a manifest',
    object('release-name-a'),
  ],
  [
    'a template of Helm at the end of a name',
    object('a-{{ .Release.Name }}'),
    '4:3 HelmTemplate: this is a Helm template, not a manifest',
    object('a-release-name'),
  ],
  [
    'a template of Helm as lines',
    object('a', '  labels:\n    {{- include "labels" . | nindent 4 }}\n'),
    '6:5 HelmTemplate: this is a Helm template, not a manifest',
    object('a', '  labels:\n    # {{- include "labels" . | nindent 4 }}\n'),
  ],
  [
    'a template of Helm in quotes as the name',
    object('"{{ .Release.Name }}"'),
    '4:3 HelmTemplate: this is a Helm template, not a manifest',
    object('a', 'data: {b: "{{ .Release.Name }}"}\n'),
  ],
  [
    'a string',
    'hello',
    "1:1 NotAnObject: an object of Kubernetes must be here, not the string 'hello'",
    object('hello'),
  ],
  ['a number', '42', '1:1 NotAnObject: an object of Kubernetes must be here, not the number 42', object('a42')],
  [
    'a list of objects',
    `- ${object('a').replaceAll('\n', '\n  ')}`,
    '1:1 NotAnObject: an object of Kubernetes must be here, not a list',
    object('a'),
  ],
  [
    'the values of a chart',
    '# values\nreplicas: 2\n',
    "2:1 NotAnObject: this is no object of Kubernetes: it has neither 'apiVersion' nor 'kind'",
    object('a', 'replicas: 2\n'),
  ],
  [
    'a List without items',
    'apiVersion: v1\nkind: List\nitem: []\n',
    "1:1 NotAnObject: a List has its objects in 'items', which is null here",
    'apiVersion: x.io/v1\nkind: List\nmetadata: {name: a}\n',
  ],
  [
    'an object without apiVersion',
    'kind: Pod\nmetadata: {name: a}',
    "1:1 NoApiVersion: this object has no 'apiVersion'",
    object('a'),
  ],
  [
    'an apiVersion with two slashes',
    'apiVersion: a/b/c\nkind: Pod\nmetadata: {name: a}',
    "1:1 NoApiVersion: 'a/b/c' has more than one slash",
    'apiVersion: b/c\nkind: Pod\nmetadata: {name: a}',
  ],
  [
    'an apiVersion that is a number',
    'apiVersion: 1\nkind: Pod\nmetadata: {name: a}',
    "1:1 WrongType: 'apiVersion' must be a string, not the number 1",
    'apiVersion: "1"\nkind: Pod\nmetadata: {name: a}',
  ],
  ['an object without kind', 'apiVersion: v2\nname: chart\n', "1:1 NoKind: this object has no 'kind'", object('chart')],
  [
    'an object without metadata',
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n',
    "1:1 NoName: this object has no 'metadata.name'",
    object('a', 'resources: []\n'),
  ],
  [
    'an object with metadata of another type',
    'apiVersion: v1\nkind: Pod\nmetadata: [a]\n',
    "3:1 NoName: this object has no 'metadata.name'",
    object('a'),
  ],
  ['an empty name', object('""'), "4:3 NoName: this object has no 'metadata.name'", object('"a"')],
  [
    'a name that is a number',
    object('007'),
    "4:3 WrongType: 'metadata.name' must be a string, not the number 7",
    object('"007"'),
  ],
  [
    'a name that is a boolean',
    object('on'),
    "4:3 WrongType: 'metadata.name' must be a string, not the boolean true (as yes, no, on, off, y and n are too, without quotes)",
    object('"on"'),
  ],
  [
    'a namespace that is a number',
    object('a', '  namespace: 1\n'),
    "5:3 WrongType: 'metadata.namespace' must be a string, not the number 1",
    object('a', '  namespace: "1"\n'),
  ],
  [
    'a label that is a number',
    object('a', '  labels:\n    app: a\n    version: 1.10\n'),
    "7:5 WrongType: 'metadata.labels.version' must be a string, not the number 1.1",
    object('a', '  labels:\n    app: a\n    version: v1.10\n'),
  ],
  [
    'an annotation that is a boolean',
    object('a', '  annotations: {sidecar.istio.io/inject: yes}\n'),
    "5:17 WrongType: 'metadata.annotations[sidecar.istio.io/inject]' must be a string, not the boolean true (as yes, no, on, off, y and n are too, without quotes)",
    object('a', '  annotations: {sidecar.istio.io/inject: "yes"}\n'),
  ],
  [
    'a mesh that is not YAML',
    object('istio', 'data:\n  mesh: "trustDomain: [a"\n'),
    '6:3 NotYaml: in data.mesh: this is not YAML: it ends in the middle of something',
    object('istio', 'data:\n  mesh: "trustDomain: a"\n'),
  ],
  [
    'a mesh that is a word',
    object('istio-canary', 'data: {mesh: "none"}\n'),
    "5:8 WrongType: 'data.mesh' must be the text of an object, not of the string 'none'",
    object('istio-canary', 'data: {mesh: ""}\n'),
  ],
  [
    'labels in a list',
    object('a', '  labels: [a]\n'),
    "5:3 WrongType: 'metadata.labels' must be a map, not a list",
    object('a', '  labels: {a: ""}\n'),
  ],
];

describe('a file with', () => {
  test.each(REFUSED)('%s is refused', (_, refused, says) => {
    expect(troubles(refused)).toEqual([says]);
  });

  test.each(REFUSED.map(([what, , , accepted]) => [what, accepted]))('what is nearly %s is not', (_, accepted) => {
    expect(only(accepted).origin).toMatchObject({ document: 0 });
  });

  test('many problems says what to do about each, and tells them fast', () => {
    const text = Array.from({ length: 5000 }, () => `${object('a')}---\nkind: b\n`).join('---\n');
    const start = performance.now();
    const { problems } = read(text);
    expect(problems).toHaveLength(9999);
    expect(
      problems.filter(({ fix, line, column, document }) => !fix || !line || !column || document === undefined),
    ).toEqual([]);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('an object that is there twice', () => {
  test('is a problem, and both are kept, since the later one is applied and whoever checks wants to see the other', () => {
    const { manifests, problems } = readManifests([
      { name: 'a.yaml', text: `${object('a')}---\n${object('b')}` },
      { name: 'b.yaml', text: object('b', '  labels: {new: "true"}\n') },
    ]);
    expect(manifests.map(({ name, labels }) => [name, labels])).toEqual([
      ['a', {}],
      ['b', {}],
      ['b', { new: 'true' }],
    ]);
    expect(problems).toEqual([
      {
        source: 'b.yaml',
        document: 0,
        line: 4,
        column: 3,
        code: 'DuplicateObject',
        message: 'ConfigMap default/b is there twice, first as document 2 of a.yaml',
        fix: 'Leave one of them out: only the later one would be in the cluster.',
      },
    ]);
  });

  test.each([
    ['of another name', object('b'), 0],
    ['of another namespace', object('a', '  namespace: b\n'), 0],
    ['of another kind', object('a').replace('ConfigMap', 'Secret'), 0],
    ['of another group', object('a').replace('v1', 'x.io/v1'), 0],
    ['of another version', object('a').replace('v1', 'v1beta1'), 1],
    ['that names the namespace', object('a', '  namespace: default\n'), 1],
  ])('is not one %s', (_, other, problems) => {
    expect(read(`${object('a')}---\n${other}`).problems).toHaveLength(problems);
  });
});

describe('every example', () => {
  const examples = readdirSync(join(ROOT, 'examples')).filter((name) => /^\d/.test(name));

  test.each(examples)('%s is read without a problem', (name) => {
    const text = readFileSync(join(ROOT, 'examples', name, 'expected.yaml'), 'utf8');
    const { manifests, problems } = read(text);
    expect(problems).toEqual([]);
    expect(manifests.length).toBe(text.match(/^kind: /gm)?.length);
    expect(manifests.every(({ construct }) => construct !== undefined)).toBe(true);
  });
});

describe('every text', () => {
  const base = object('a', 'data:\n  b: "c"\n  d: [e, {f: g}]\n---\n') + object('h');

  test('that anybody could hand us is read or refused, never with an exception', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...' \n\t-:{}[]"\'|>&*!#%@`,?a1.') }),
    );
    fc.assert(
      fc.property(anything, fc.nat(base.length), fc.nat(20), (inserted, at, gone) => {
        const { manifests, problems } = read(base.slice(0, at) + inserted + base.slice(at + gone));
        expect(manifests.length + problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test('of several documents holds what the documents hold alone', () => {
    const document = fc.constantFrom(
      object('a'),
      'kind: "',
      '- a',
      '# b\n',
      '{"apiVersion": "v1"}',
      object('c', 'x:\ty'),
    );
    fc.assert(
      fc.property(fc.array(document), (documents) => {
        const alone = documents.flatMap((text) => namesIn(`${text}\n`));
        expect(namesIn(documents.join('\n---\n'))).toEqual(alone);
      }),
    );
  });
});
