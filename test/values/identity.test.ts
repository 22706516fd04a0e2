import { ownIdentity } from '../../src/values/identity';
import { refusal } from '../support/refusal';

const FIX = "serviceAccountName: 'order'";

test.each(['order', 'order.team', 'default-1'])('a workload may run as %s', (name) => {
  expect(ownIdentity(name, 'here', FIX)).toBe(name);
});

test.each([undefined, '', 'default'])('to run as %j is to run as everybody of the namespace', (name) => {
  const error = refusal(() => ownIdentity(name, 'here', FIX));
  expect(error.code).toBe('NoIdentity');
  expect(error.message).toContain("here: its pods run as the ServiceAccount 'default'.");
  expect(error.message).toContain(`\n    ${FIX}\n`);
});

test.each(['*', 'a/sa/b', 'Order'])('%s is the name of no ServiceAccount', (name) => {
  expect(refusal(() => ownIdentity(name, 'here', FIX)).code).toBe('InvalidName');
});
