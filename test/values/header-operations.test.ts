import type { HeaderOperations } from '../../src';
import { headerOperations } from '../../src/values/header-operations';
import { refusal } from '../support/refusal';

test.each<[string, HeaderOperations | undefined]>([
  ['nothing', undefined],
  ['an empty object', {}],
  ['empty lists', { set: {}, add: {}, remove: [] }],
])('%s does nothing', (_, operations) => {
  expect(headerOperations(operations, 'shop/route')).toBeUndefined();
});

test('values are taken literally: Envoy would read a command between percent signs', () => {
  const operations = { set: { 'x-share': '100%' }, add: { 'x-host': '%REQ(host)%' }, remove: ['b', 'a', 'b'] };
  expect(headerOperations(operations, 'shop/route')).toEqual({
    set: { 'x-share': '100%%' },
    add: { 'x-host': '%%REQ(host)%%' },
    remove: ['a', 'b'],
  });
});

test('the certificate of the client may be removed', () => {
  expect(headerOperations({ remove: ['x-forwarded-client-cert'] }, 'shop/route')).toEqual({
    remove: ['x-forwarded-client-cert'],
  });
});

test.each<[string, string, HeaderOperations]>([
  ['capitals', 'InvalidHeader', { set: { 'X-Tier': 'a' } }],
  ['a key of gRPC', 'InvalidHeader', { remove: ['grpc-timeout'] }],
  ['a key of HTTP/2', 'InvalidHeader', { set: { ':path': '/a' } }],
  ['the host', 'InvalidHeader', { add: { host: 'a' } }],
  ['the content type', 'InvalidHeader', { remove: ['content-type'] }],
  ['the certificate of the client', 'InvalidHeader', { set: { 'x-forwarded-client-cert': 'URI=spiffe://a' } }],
  ['one more certificate of a client', 'InvalidHeader', { add: { 'x-forwarded-client-cert': 'URI=spiffe://a' } }],
  ['a line break', 'InvalidHeaderValue', { set: { a: 'b\nc' } }],
  ['blanks at the ends', 'InvalidHeaderValue', { add: { a: ' b' } }],
  ['letters beyond ASCII', 'InvalidHeaderValue', { set: { a: 'ü' } }],
])('%s: refused', (_, code, operations) => {
  expect(refusal(() => headerOperations(operations, 'shop/route')).code).toBe(code);
});
