import { imageVersion } from '../../src/values/container-image';
import { refusal } from '../support/refusal';

const digest = 'sha256:0123456789abcdef0123456789abcdef';

test.each([
  ['ghcr.io/acme/order:2.3.1', undefined, '2.3.1'],
  ['ghcr.io:443/acme/order', undefined, 'latest'],
  [`ghcr.io:443/acme/order:2.3.1@${digest}`, undefined, '2.3.1'],
  [`ghcr.io/acme/order@${digest}`, undefined, '0123456789ab'],
  ['ghcr.io/acme/order:2.3.1', 'blue', 'blue'],
])('%s, called %s, has the version %s', (image, given, version) => {
  expect(imageVersion(image, given, 'shop/order')).toBe(version);
});

test.each([
  ['', undefined],
  ['', '1.0'],
  ['ghcr.io/acme/order:2.3.1', 'not a label'],
])('%j, called %j, is refused', (image, given) => {
  expect(refusal(() => imageVersion(image, given, 'shop/order')).code).toBe('InvalidImage');
});
