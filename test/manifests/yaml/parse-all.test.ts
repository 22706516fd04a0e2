import fc from 'fast-check';
import { documentsOf } from '../../../src/manifests/yaml/documents';
import { parse } from '../../../src/manifests/yaml/parse';
import { parseAll } from '../../../src/manifests/yaml/parse-all';
import { Parser } from '../../../src/manifests/yaml/parser';

const all = (text: string, parser = new Parser()) => [...parseAll(text, documentsOf(text), parser)];
const oneByOne = (text: string) => documentsOf(text).map((document) => parse(text, document, new Parser()));

const PIECES = [
  'a: 1',
  'a: 1\n',
  'kind: Service\nmetadata:\n  name: a\n',
  '- a\n- b: c',
  'a: |\n  text\n',
  'a: |+\n  text\n\n\n',
  'a: >-\n  folded\n  text',
  'a: "two\n  lines"\n',
  '# nothing\n',
  '',
  '\n\n',
  'null',
  '~\n',
  '{"a": 1}\n',
  ' {a: 1}\n',
  '[1, 2]\n',
  'a: [\n1\n]\n',
  'a: &anchor {b: 1}\nc: *anchor\n',
  'c: *anchor\n',
  'a: 1\n...\n',
  'a: 1\n...\nb: 2\n',
  '%YAML 1.2\n',
  'a: 1\na: 2\n',
  'a: @\n',
  'a: {{ .Values.a }}\n',
  'a: "open\n',
  'a: !!set {b}\n',
  '<<: {a: 1}\n',
  '? a\n: b\n',
  'a\u0000b: 1\n',
  'a: 1\r\nb: 2\r\n',
  '\ta: 1\n',
  'on: yes\n017: 017\n',
];

const SEPARATORS = ['---\n', '\n---\n', '\n--- \n', '\n--- # Source: a.yaml\n', '---\r\n', '\n---\n---\n'].concat(
  ...['\n---#none\n', '\n--- a: 1\n', '\n----\n', '\n# nothing\n---\n'],
);

test('read many at a time, documents are what they are one by one', () => {
  const text = fc
    .array(fc.tuple(fc.constantFrom(...SEPARATORS), fc.constantFrom(...PIECES)), { maxLength: 6 })
    .map((parts) => parts.flat().join(''));
  fc.assert(
    fc.property(text, (it) => expect(all(it)).toEqual(oneByOne(it))),
    { numRuns: 2000 },
  );
});

test('those with nothing special are read at once', () => {
  const parser = new Parser();
  const one = jest.spyOn(parser, 'values');
  const many = jest.spyOn(parser, 'valuesAsWritten');
  expect(all('a: 1\n---\nb: 2\n---\n# Source: c.yaml\nc: 3\n', parser)).toEqual([
    { body: { a: 1 } },
    { body: { b: 2 } },
    { body: { c: 3 } },
  ]);
  expect([one.mock.calls.length, many.mock.calls.length]).toEqual([0, 1]);
});

test('one that is broken does not take its neighbours with it', () => {
  expect(all('a: 1\n---\nb: @\n---\nc: 3\n')).toEqual([
    { body: { a: 1 } },
    { trouble: expect.objectContaining({ code: 'NotYaml', offset: 12 }) },
    { body: { c: 3 } },
  ]);
});

test('files that are larger than what is read at once', () => {
  const documents = Array.from({ length: 300 }, (_, i) => `a: ${i}\nb: ${'x'.repeat(500)}\n`);
  expect(all(documents.join('---\n')).map(({ body }) => (body as { a: number }).a)).toEqual(documents.map((_, i) => i));
});
