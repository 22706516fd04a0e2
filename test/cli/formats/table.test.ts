import { csvTable, markdownTable, textTable } from '../../../src/cli/formats/table';

test('columns are as wide as their widest cell, and lines end without spaces', () => {
  expect(
    textTable({
      head: ['a', 'b'],
      rows: [
        ['long', ''],
        ['x', 'y'],
      ],
    }),
  ).toBe('A      B\nlong\nx      y\n');
});

test('what Markdown would read as its own is escaped', () => {
  expect(markdownTable({ head: ['a'], rows: [['x|y *z*\nsecond']] })).toBe(
    '| a |\n| --- |\n| x\\|y \\*z\\*<br>second |\n',
  );
});

test.each([
  ['a,b', '"a,b"'],
  ['say "a"', '"say ""a"""'],
  ['two\nlines', '"two\nlines"'],
  ['=HYPERLINK(1)', "'=HYPERLINK(1)"],
  ['@x', "'@x"],
  ['plain', 'plain'],
])('%j is a cell of CSV as %j', (cell, written) => {
  expect(csvTable({ head: ['h'], rows: [[cell]] })).toBe(`h\r\n${written}\r\n`);
});
