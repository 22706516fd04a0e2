import { addressBlock, ipAddress, PUBLIC_ADDRESSES } from '../../src/values/address-block';
import { refusal } from '../support/refusal';

const where = 'coffee-shop/cards (ExternalGrpcService)';

test.each([
  ['a network', '203.0.113.0/24', '203.0.113.0/24'],
  ['everything', '0.0.0.0/0', '0.0.0.0/0'],
  ['one address', '203.0.113.7', '203.0.113.7/32'],
  ['a network of IPv6', '2001:db8::/32', '2001:db8::/32'],
  ['one address of IPv6', '2001:db8::1', '2001:db8::1/128'],
  ['an address of IPv6 in full', '2001:db8:0:0:0:0:0:1', '2001:db8:0:0:0:0:0:1/128'],
])('%s is a block', (_, text, cidr) => {
  expect(addressBlock(text, where)).toEqual({ cidr });
});

test.each([
  ['a name', 'api.example.com'],
  ['nothing', ''],
  ['a number too large', '203.0.113.256'],
  ['a leading zero, which some read as octal', '203.0.113.07'],
  ['three numbers', '203.0.113'],
  ['a prefix too long', '203.0.113.0/33'],
  ['an empty prefix', '203.0.113.0/'],
  ['a negative prefix', '203.0.113.0/-1'],
  ['two prefixes', '203.0.113.0/24/24'],
  ['bits behind the prefix', '203.0.113.7/24'],
  ['bits behind the prefix of IPv6', '2001:db8::1/32'],
  ['two gaps', '2001::db8::/32'],
  ['too many groups', '1:2:3:4:5:6:7:8:9'],
  ['a group too long', '2001:0db80::'],
])('%s is none', (_, text) => {
  expect(refusal(() => addressBlock(text, where)).code).toBe('InvalidAddress');
});

test('an endpoint is one address', () => {
  expect(ipAddress('203.0.113.7', where)).toBe('203.0.113.7');
  expect(refusal(() => ipAddress('203.0.113.0/24', where)).code).toBe('InvalidAddress');
});

test('public addresses leave out every network that is private, and the metadata service of clouds', () => {
  const private4 = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'];
  expect(PUBLIC_ADDRESSES[0].except).toEqual(expect.arrayContaining(private4));
  expect(PUBLIC_ADDRESSES.flatMap(({ except = [] }) => except).map((text) => addressBlock(text, where).cidr)).toEqual(
    PUBLIC_ADDRESSES.flatMap(({ except = [] }) => except),
  );
});
