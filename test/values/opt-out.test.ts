import { optOut } from '../../src/values/opt-out';
import { refusal } from '../support/refusal';

test('an opt-out keeps its name and its reason', () => {
  expect(optOut('dangerously-allow-any-caller', 'a public catalogue', 'coffee-shop/menu (GrpcService)')).toEqual({
    name: 'dangerously-allow-any-caller',
    reason: 'a public catalogue',
  });
});

test.each(['', ' ', '\n\t'])('an opt-out without a reason is refused: %j', (reason) => {
  const error = refusal(() => optOut('insecure-plaintext', reason, 'coffee-shop/edge (MeshIngress)'));
  expect(error.code).toBe('NoReason');
  expect(error.message).toContain('coffee-shop/edge (MeshIngress): insecure-plaintext has no reason.');
});
