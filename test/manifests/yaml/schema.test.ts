import fc from 'fast-check';
import { Parser } from '../../../src/manifests/yaml/parser';

const read = (text: string) => new Parser().values(text)[0];

/** Each word, and what `sigs.k8s.io/yaml` v1.6.0 makes of `a: <word>` in JSON: asked, not remembered. */
const WORDS = `
yes true       | Yes true      | YES true      | y true        | Y true        | on true       | On true
no false       | No false      | NO false      | n false       | N false       | off false     | OFF false
true true      | True true     | FALSE false   | yEs "yEs"     | tRue "tRue"   | oN "oN"       | truer "truer"
~ null         | null null     | Null null     | NULL null     | nULL "nULL"   | nil "nil"     | none "none"
0 0            | 17 17         | +17 17        | -17 -17       | -0 0          | 00 0          | 007 7
017 15         | -017 -15      | 0o17 15       | 0O17 15       | 08 8          | 09.5 9.5      | 0o8 "0o8"
0x1F 31        | 0X1f 31       | -0x1F -31     | 0xg "0xg"     | 0x "0x"       | 0b11 3        | 0b2 "0b2"
1_000 1000     | 1__0 10       | 1_ 1          | _1 "_1"       | 0_7 7         | 1,000 "1,000" | 0_1 1
1.5 1.5        | 1. 1          | .5 0.5        | +.5 0.5       | -.5 -0.5      | 1.0 1         | 1.10 1.1
1e3 1000       | 1E3 1000      | 1e+3 1000     | 1e-3 0.001    | 1e400 "1e400" | 1e "1e"       | e1 "e1"
1.2.3 "1.2.3"  | 12:30 "12:30" | 190:20:30 "190:20:30" | 1m "1m" | 100Mi "100Mi" | . "."         | .. ".."
2001-12-14 "2001-12-14" | 2001-12-14T21:59:43Z "2001-12-14T21:59:43Z" | infinity "infinity" | nan "nan" | Inf "Inf"
"yes" "yes"    | 'no' "no"     | "017" "017"   | !!str yes "yes" | !!int "5" 5   | !!float 5 5   | !!bool yes true
`;

const words = WORDS.trim()
  .split(/\s*[|\n]\s*/)
  .map((cell): [word: string, json: string] => {
    const [, word, json] = /^(.+) (\S+)$/.exec(cell) ?? [];
    return [word, json];
  });

describe('a word without quotes', () => {
  test.each(words)('%s is %s', (word, json) => {
    expect(read(`a: ${word}`)).toEqual({ a: JSON.parse(json) });
  });

  test('is a string between quotes, whatever it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...words.map(([word]) => word.replaceAll(/["']/g, ''))), (word) => {
        expect(read(`a: "${word}"\nb: '${word}'`)).toEqual({ a: word, b: word });
      }),
    );
  });

  test.each(['.inf', '-.inf', '+.INF', '.nan', '.NaN'])('must not be %s, which JSON does not have', (word) => {
    expect(() => read(`a: ${word}`)).toThrow(`${word} is not a number in JSON`);
  });

  test('may make the name of a field another one', () => {
    expect(read('yes: 1\noff: 2\n017: 3\n"on": 4\n')).toEqual({ true: 1, false: 2, 15: 3, on: 4 });
  });

  test('must not be null where it is the name of a field', () => {
    expect(() => read('~: 1')).toThrow('null is no name of a field');
    expect(read('"~": 1')).toEqual({ '~': 1 });
  });
});

describe('every number', () => {
  test('that JSON can write is read as JSON reads it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })), (number) => {
        expect(read(`a: ${JSON.stringify(number)}`)).toEqual({ a: number === 0 ? 0 : number });
      }),
    );
  });
});

describe('every value', () => {
  test('that is written as JSON is read as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = JSON.stringify({ a: value });
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
