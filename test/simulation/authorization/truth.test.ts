import fc from 'fast-check';
import { every, not, some, type Truth } from '../../../src/simulation/authorization/truth';

const TRUTHS: Truth[] = ['true', 'false', 'unknown'];
const truths = fc.array(fc.constantFrom(...TRUTHS), { maxLength: 5 });
const itself = (truth: Truth) => truth;

/** All that a list may turn out to be. */
function worlds(list: readonly Truth[]): boolean[][] {
  return list.reduce<boolean[][]>(
    (so, truth) =>
      so.flatMap((world) =>
        truth === 'unknown'
          ? [
              [...world, true],
              [...world, false],
            ]
          : [[...world, truth === 'true']],
      ),
    [[]],
  );
}

function common(answers: readonly boolean[]): Truth {
  if (answers.every((answer) => answer)) return 'true';
  return answers.some((answer) => answer) ? 'unknown' : 'false';
}

test('an answer is unknown exactly where what is unknown decides it', () => {
  fc.assert(
    fc.property(truths, (list) => {
      expect(every(list, itself)).toBe(common(worlds(list).map((world) => world.every((one) => one))));
      expect(some(list, itself)).toBe(common(worlds(list).map((world) => world.some((one) => one))));
    }),
  );
});

test('what is not unknown is known', () => {
  expect(TRUTHS.map(not)).toEqual(['false', 'true', 'unknown']);
});
