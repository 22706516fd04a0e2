import fc from 'fast-check';
import { fieldsOf } from './coverage';
import { HELD } from './held';
import { traitsOf } from './probes';
import { rounds } from './rounds';

test('random rules and calls come to say something with every field that matters', () => {
  const drawn = new Set<string>();
  for (const { rules, probes } of fc.sample(rounds, { seed: 1, numRuns: 500 })) {
    for (const field of [...fieldsOf(rules), ...probes.flatMap(traitsOf)]) drawn.add(field);
  }
  expect(HELD.filter((field) => !drawn.has(field))).toEqual([]);
});
