import { processId } from '../../src/values/process-id';
import { refusal } from '../support/refusal';

test.each([
  ['user', 0],
  ['user', 1337],
  ['group', 1337],
  ['user', -1],
  ['group', 1.5],
] as const)('the %s %d is refused', (noun, id) => {
  expect(refusal(() => processId(noun, id, 1337, 'shop/order')).code).toBe('InvalidUser');
});

test.each([
  ['user', 999],
  ['group', 0],
  ['user', undefined],
] as const)('the %s %s is accepted', (noun, id) => {
  expect(processId(noun, id, 1337, 'shop/order')).toBe(id);
});
