import fc from 'fast-check';
import { documentsOf } from '../../../src/manifests/yaml/documents';

const cut = (text: string) => documentsOf(text).map(({ start, end }) => text.slice(start, end));

describe('a text', () => {
  test.each<[what: string, text: string, documents: string[]]>([
    ['with nothing in it has no documents', '', []],
    ['of separators alone has none', '---\n---\n---', []],
    ['of comments and blanks has none', '# a\n\n  # b\n\t\n', []],
    ['without a separator is one', 'a: 1\n', ['a: 1\n']],
    ['may begin with a separator', '---\na: 1\n', ['a: 1\n']],
    ['may end with one', 'a: 1\n---\n', ['a: 1\n']],
    ['may end within the line of one', 'a: 1\n---', ['a: 1\n']],
    ['is cut at each of them', 'a: 1\n---\nb: 2\n---\nc: 3', ['a: 1\n', 'b: 2\n', 'c: 3']],
    ['leaves out what is empty between two', 'a: 1\n---\n\n# Source: x.yaml\n---\nb: 2\n', ['a: 1\n', 'b: 2\n']],
    ['keeps the comments of a document', '---\n# Source: x.yaml\na: 1\n', ['# Source: x.yaml\na: 1\n']],
    ['may have a comment behind a separator', 'a: 1\n--- # next\nb: 2\n', ['a: 1\n', 'b: 2\n']],
    ['may have blanks behind a separator', 'a: 1\n---   \t\nb: 2\n', ['a: 1\n', 'b: 2\n']],
    ['may have the line ends of Windows', 'a: 1\r\n---\r\nb: 2\r\n', ['a: 1\r\n', 'b: 2\r\n']],
    ['may begin with a byte order mark', '\uFEFFa: 1\n---\nb: 2\n', ['a: 1\n', 'b: 2\n']],
    ['may have a separator right behind a byte order mark', '\uFEFF---\na: 1\n', ['a: 1\n']],
    ['is not cut at indented dashes', 'a: |\n  ---\n  b\n', ['a: |\n  ---\n  b\n']],
    ['is not cut at dashes within a line', 'a: b---\n', ['a: b---\n']],
    ['is not cut at two dashes', 'a: 1\n--\n', ['a: 1\n--\n']],
    ['is cut at more than three dashes too, as kubectl cuts', 'a: 1\n----\nb: 2\n', ['a: 1\n', 'b: 2\n']],
  ])('%s', (_, text, documents) => {
    expect(cut(text)).toEqual(documents);
  });

  test('tells what stands behind a separator and is no comment', () => {
    const text = 'a: 1\n--- # fine\nb: 2\n--- {c: 3}\n---x\n';
    expect(documentsOf(text).map(({ heading }) => heading)).toEqual(['', '# fine', '{c: 3}', 'x']);
  });
});

describe('every text', () => {
  const lines = fc.array(fc.constantFrom('---', '--- # c', 'a: 1', '  b: 2', '# c', '', '  ', '...'), {
    maxLength: 12,
  });

  test('has all of its lines in one document, but separators, comments and blanks', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom('\n', '\r\n'), (all, end) => {
        const inside = cut(all.join(end)).flatMap((document) => document.split(end));
        const counts = (line: string) => !/^---|^\s*(#.*)?$/.test(line);
        expect(inside.filter(counts)).toEqual(all.filter(counts));
      }),
    );
  });

  test('is cut where a reader of lines would cut it', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const byLines = all
          .join('\n')
          .split(/^---.*\n?/m)
          .filter((document) => /^\s*[^\s#]/m.test(document));
        expect(cut(all.join('\n'))).toEqual(byLines);
      }),
    );
  });
});
