import { forwarded, forwardedFor } from '../../src/simulation/forwarded-for';

// https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-for
test.each([
  ['the only address', '192.0.2.7', '192.0.2.7'],
  ['the last of several', '192.0.2.7, 10.1.2.3', '10.1.2.3'],
  ['an address of IPv6', '192.0.2.7,fd00::1', 'fd00::1'],
  ['nobody, where the last is no address', '192.0.2.7, unknown', undefined],
  ['nobody, where the last is a range', '192.0.2.0/24', undefined],
  ['nobody, where it is empty', '', undefined],
])('a sidecar takes for the client %s', (_, value, client) => {
  expect(forwardedFor({ 'x-forwarded-for': value })).toBe(client);
});

test('without the header a sidecar knows only its peer', () => {
  expect(forwardedFor({ other: '192.0.2.7' })).toBeUndefined();
});

test('a gateway adds its peer', () => {
  expect(forwarded({}, '192.0.2.7')).toEqual({ 'x-forwarded-for': '192.0.2.7' });
  const headers = { 'x-forwarded-for': '198.51.100.1', other: 'a' };
  expect(forwarded(headers, '192.0.2.7')).toEqual({ 'x-forwarded-for': '198.51.100.1,192.0.2.7', other: 'a' });
});

test('of a peer that nobody knows nothing is said, and the client has no say in it', () => {
  expect(forwarded({ 'x-forwarded-for': '198.51.100.1', other: 'a' }, undefined)).toEqual({ other: 'a' });
  expect(forwarded(undefined, undefined)).toEqual({});
});
