import fc from 'fast-check';
import { Parser } from '../../../src/manifests/yaml/parser';

const read = (text: string) => new Parser().values(text)[0];

/** Where and why a text is refused. */
function refusal(text: string): { position?: number; reason: string } {
  try {
    read(text);
  } catch (error) {
    const { reason, mark } = error as { reason: string; mark?: { position: number } };
    return { position: mark?.position, reason };
  }
  throw new Error('it is accepted');
}

describe('a document', () => {
  // js-yaml refuses each of them, and kubectl reads it: asked of sigs.k8s.io/yaml v1.6.0.
  test.each<[what: string, text: string, value: unknown]>([
    ['may close a list right below its field', 'spec:\n  args: [\n    a\n  ]\n', { spec: { args: ['a'] } }],
    ['may close an object there', 'a: {\n  b: 1\n}\nc: 2\n', { a: { b: 1 }, c: 2 }],
    ['may have a whole list there', 'a: [\n1,\n2\n]\n', { a: [1, 2] }],
    ['may have lists in lists there', 'a: {\n"b": [\n1\n]\n}\nc: 2', { a: { b: [1] }, c: 2 }],
    ['may go on with quotes there', 'a: "x\ny"\nb: \'z\n\nw\'', { a: 'x y', b: 'z\nw' }],
    ['may have a tab before a bracket', 'x:\n  a:\t{b: 1}\n  c:\t[d]\n', { x: { a: { b: 1 }, c: ['d'] } }],
    ['may have a tab between quotes, which stays', 'a:\t{b: "c\td"}', { a: { b: 'c\td' } }],
    ['keeps what only looks like brackets', 'a: |\n  [\n  ]\nb: [\n]\n', { a: '[\n]\n', b: [] }],
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual(value);
  });

  test.each<[what: string, text: string, at: string]>([
    ['that was read as it is', 'a: 1\nb: [\n  c\n  ]\nd: @\n', '@'],
    ['whose lines were indented', 'a: {\nb: [\n1\n]\n}\nd: @\n', '@'],
    ['within a line that was indented', 'a: [\n1,\n@\n]\n', '@'],
    ['with a field that is there twice', 'a: [\n]\nb: 1\n\nb: 2', 'b: 2'],
  ])('says where it is wrong: %s', (_, text, at) => {
    expect(refusal(text).position).toBe(text.indexOf(at));
  });

  test.each<[what: string, text: string]>([
    ['more levels than any object has', `a: ${'['.repeat(300)}`],
    ['many more levels', '- '.repeat(50_000)],
    ['brackets that never close', `a: [\n${'b,\n'.repeat(100_000)}`],
    ['quotes that never close', `a: "${'b\n'.repeat(100_000)}`],
  ])('with %s is refused before somebody loses patience', (_, text) => {
    const start = performance.now();
    expect(refusal(text).reason).toMatch(/^(nesting exceeded|deficient indentation)/);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('may have as many levels as objects have', () => {
    expect(JSON.stringify(read(`a: ${'['.repeat(150)}${']'.repeat(150)}`))).toHaveLength(306);
  });

  test('changes no object that others see', () => {
    const value = read('__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}\n');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect((value as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('every list between brackets', () => {
  test('is the same however its lines are indented', () => {
    const indents = fc.array(fc.constantFrom('', ' ', '  ', '    '), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(indents, ([one, two, three, four, last]) => {
        const text = `x:\n  l: [\n${one}a,\n${two}{b: c,\n${three}"d": "e\n${four}f"}\n${last}]\n  z: 1\n`;
        expect(read(text)).toEqual({ x: { l: ['a', { b: 'c', d: 'e f' }], z: 1 } });
      }),
    );
  });
});
