import { metadataKey } from '../../src/values/metadata-key';
import { refusal } from '../support/refusal';

test.each(['x-user-id', 'tenant', 'trace-bin', 'a.b_c', '0'])("'%s' is a key", (key) => {
  expect(metadataKey(key, 'shop/way')).toBe(key);
});

test.each(['X-User', '', 'x user', '-x', 'ü', ':path', 'grpc-timeout'])("'%s' is none", (key) => {
  expect(refusal(() => metadataKey(key, 'shop/way')).code).toBe('InvalidHeader');
});
