import fc from 'fast-check';
import { anyHeader, anyString, stringMatch } from '../../../src/simulation/authorization/string-match';

describe('a value of a policy', () => {
  test.each`
    value    | text     | holds
    ${'a'}   | ${'a'}   | ${true}
    ${'a'}   | ${'A'}   | ${false}
    ${'a'}   | ${'ab'}  | ${false}
    ${'*'}   | ${'a'}   | ${true}
    ${'*'}   | ${''}    | ${false}
    ${'a*'}  | ${'a'}   | ${true}
    ${'a*'}  | ${'ab'}  | ${true}
    ${'a*'}  | ${'ba'}  | ${false}
    ${'*a'}  | ${'ba'}  | ${true}
    ${'*a'}  | ${'ab'}  | ${false}
    ${'*a*'} | ${'xax'} | ${false}
    ${'*a*'} | ${'xa*'} | ${true}
    ${'a*b'} | ${'a*b'} | ${true}
    ${'a*b'} | ${'axb'} | ${false}
    ${'a.c'} | ${'abc'} | ${false}
    ${'**'}  | ${'x*'}  | ${true}
    ${'**'}  | ${'x'}   | ${false}
  `("'$value' and the text '$text': $holds", ({ value, text, holds }) => {
    expect(stringMatch(value)(text)).toBe(holds);
    expect(anyString([value])(text)).toBe(holds);
    expect(anyString(['no', value, 'nor*'])(text)).toBe(holds);
  });

  test('several values are any of them', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(word), fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 4 }), (values, text) => {
        expect(anyString(values)(text)).toBe(values.some((value) => stringMatch(value)(text)));
      }),
    );
  });
});

describe('a value for a header', () => {
  test('a star asks only whether the header is there, even if it is empty', () => {
    expect(anyHeader(['*'])('')).toBe(true);
    expect(anyHeader(['*'])(undefined)).toBe(false);
  });

  test('a header that is not there fits nothing', () => {
    expect(anyHeader(['a*'])(undefined)).toBe(false);
    expect(anyHeader(['a*'])('a')).toBe(true);
  });
});
