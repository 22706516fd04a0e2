import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { isList, isObject, type Json } from '../../src/manifests/json';
import { Lines } from '../../src/manifests/lines';
import type { Path } from '../../src/manifests/path';
import { readManifests } from '../../src/manifests/read';

const ROOT = join(__dirname, '..', '..');
const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) => /^\d/.test(name));

/** The rest of the line from a place on. */
function textAt(text: string, document: number, path: Path): string {
  const { line, column } = new Lines(text).at(document, path);
  return text
    .replace('\uFEFF', '')
    .split(/\r?\n/)
    [line - 1].slice(column - 1);
}

/** The paths to all that is in a value. */
function pathsIn(value: Json): [path: Path, value: Json][] {
  const inner: [string | number, Json][] = isList(value)
    ? value.map((item, index) => [index, item])
    : isObject(value)
      ? Object.entries(value)
      : [];
  const below = inner.flatMap(([step, one]) =>
    pathsIn(one).map(([path, found]): [Path, Json] => [[step, ...path], found]),
  );
  return [[[], value], ...below];
}

const TEXT = `# first
apiVersion: v1 # one
metadata:
  name: a
  "quoted name": 'b'
spec:
  - from: [{x: 1, "z": 2}, c]
  -
    to: &anchor
      deep: d
    on: e
  - <<: *anchor
    own: *anchor
empty:
---
# second
{"a": {"b":
  ["c", "d"]}}
---
e: [
  f,
  g
]
h: i
`;

describe('the place of', () => {
  test.each<[what: string, document: number, path: Path, starts: string]>([
    ['a document is where its first field begins', 0, [], 'apiVersion: v1'],
    ['a field is where its name begins', 0, ['metadata'], 'metadata:'],
    ['a field in a field', 0, ['metadata', 'name'], 'name: a'],
    ['a field in quotes is where they begin', 0, ['metadata', 'quoted name'], '"quoted name"'],
    ['an item is where it begins', 0, ['spec', 0], 'from:'],
    ['an item between brackets', 0, ['spec', 0, 'from', 0], '{x: 1'],
    ['a field between brackets', 0, ['spec', 0, 'from', 0, 'z'], '"z"'],
    ['an item that is a word', 0, ['spec', 0, 'from', 1], 'c]'],
    ['an item that begins on the next line', 0, ['spec', 1], 'to:'],
    ['a field behind others', 0, ['spec', 1, 'to', 'deep'], 'deep: d'],
    ['a field whose name YAML takes for a boolean', 0, ['spec', 1, 'true'], 'on: e'],
    ['a field that an alias fills', 0, ['spec', 2, 'own'], 'own: *anchor'],
    ['what is inside an alias is that of the alias', 0, ['spec', 2, 'own', 'deep'], 'own: *anchor'],
    ['what was merged is that of the object', 0, ['spec', 2, 'deep'], '<<: *anchor'],
    ['a field without a value', 0, ['empty'], 'empty:'],
    ['what is not there is that of the last thing that is', 0, ['metadata', 'labels', 'app'], 'metadata:'],
    ['an item that is not there is that of the list', 0, ['spec', 9], 'spec:'],
    ['an item of what is no list', 0, ['metadata', 3], 'metadata:'],
    ['a field of what is no object', 0, ['spec', 'x'], 'spec:'],
    ['the next document', 1, [], '{"a"'],
    ['a field of JSON', 1, ['a', 'b'], '"b":'],
    ['an item of JSON', 1, ['a', 'b', 1], '"d"'],
    ['an item in a list that closes below its field', 2, ['e', 1], 'g'],
    ['a field behind such a list', 2, ['h'], 'h: i'],
  ])('%s', (_, document, path, starts) => {
    expect(textAt(TEXT, document, path).slice(0, starts.length)).toBe(starts);
  });

  test.each([
    ['line ends of Windows', 'a: 1\r\nb:\r\n  c: 2\r\n', { line: 3, column: 3 }],
    ['a byte order mark', '\uFEFFb:\n  c: 2\n', { line: 2, column: 3 }],
    ['a byte order mark on the same line', '\uFEFFb: {c: 2}\n', { line: 1, column: 5 }],
    ['documents with nothing in them', '---\n# a\n---\n---\nb:\n  c: 2\n', { line: 6, column: 3 }],
    ['letters of several bytes', 'é: "😀"\nb: {é: 1, c: 2}\n', { line: 2, column: 11 }],
    ['tabs that mean nothing', 'b:\t{c: 2}\n', { line: 1, column: 5 }],
  ])('a field is right with %s', (_, text, place) => {
    expect(new Lines(text).at(0, ['b', 'c'])).toEqual(place);
  });

  test('anything in a document that is not YAML is the begin of the document', () => {
    expect(new Lines('a: 1\n---\nb: "\n').at(1, ['b', 'c'])).toEqual({ line: 3, column: 1 });
  });

  test('anything in a document that is not there is the begin of the text', () => {
    expect(new Lines('a: 1\n').at(7, ['a'])).toEqual({ line: 1, column: 1 });
  });

  test('is the same whatever was asked before', () => {
    const lines = new Lines(TEXT);
    const asked: [number, Path][] = [
      [1, ['a']],
      [0, ['spec', 1]],
      [1, ['a', 'b']],
      [2, ['h']],
      [0, ['metadata']],
    ];
    const all = asked.map(([document, path]) => lines.at(document, path));
    expect(all).toEqual(asked.map(([document, path]) => new Lines(TEXT).at(document, path)));
  });
});

describe('in every example', () => {
  test.each(EXAMPLES)('%s each field and item is where the text has it', (name) => {
    const text = readFileSync(join(ROOT, 'examples', name, 'expected.yaml'), 'utf8');
    const lines = text.split('\n');
    const places = new Lines(text);
    let asked = 0;
    for (const { body, origin } of readManifests([{ name, text }]).manifests) {
      for (const [path, value] of pathsIn(body).slice(1)) {
        const { line, column } = places.at(origin.document, path);
        const there = lines[line - 1].slice(column - 1);
        const last = path.at(-1);
        if (typeof last === 'string') expect(there).toMatch(new RegExp(`^"?${last.replaceAll(/\W/g, '\\$&')}"?:`));
        else if (isObject(value)) expect(there.startsWith(Object.keys(value)[0]) || there.startsWith('{')).toBe(true);
        else expect(there.replaceAll('"', '')).toBe(String(value));
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(100);
  });
});

describe('every object', () => {
  test('that is written as JSON has each of its fields where its name is', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '"', '\\', 'é', ' ', ':'), maxLength: 3 });
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(1, 'x', null, true),
        fc.array(tie('value')),
        fc.dictionary(key, tie('value')),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.constantFrom(undefined, 1, '\t'), (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        for (const [path] of pathsIn(object).slice(1)) {
          const last = path.at(-1);
          if (typeof last === 'string') expect(textAt(text, 0, path)).toMatch(/^"/);
          if (typeof last === 'string') expect(textAt(text, 0, path).startsWith(JSON.stringify(last))).toBe(true);
        }
      }),
    );
  });
});
