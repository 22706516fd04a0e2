import { Manifests } from './support/manifests';
import { coffeeShop } from './support/shop';

test('a policy without rules allows nothing and can be added to', () => {
  const { app } = coffeeShop();
  expect(Manifests.of(app).get('AuthorizationPolicy', 'allow-nothing').spec).toEqual({});
});
