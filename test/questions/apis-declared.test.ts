import { apisDeclared } from '../../src/questions/apis-declared';

const HEAD = 'syntax = "proto3"; package shop.v1; message M {}';
const declared = (...texts: string[]) =>
  Object.fromEntries(apisDeclared(texts.map((text, index) => ({ name: `${index}.proto`, text }))));

test('the services of all files, by full name, with their methods in order', () => {
  const order = `${HEAD} service Order { rpc Track(M) returns (stream M); rpc Place(M) returns (M); }`;
  const bare = 'edition = "2023"; message M {} service Bare { rpc X(M) returns (M); }';
  expect(declared(order, bare)).toEqual({ 'shop.v1.Order': ['Track', 'Place'], Bare: ['X'] });
});

test('a file without services declares none', () => {
  expect(declared(HEAD)).toEqual({});
  expect(declared()).toEqual({});
});

test('imports are not looked for, and types not resolved', () => {
  const text = 'syntax = "proto3"; package a; import "no/such.proto"; service S { rpc X(b.M) returns (b.N); }';
  expect(declared(text)).toEqual({ 'a.S': ['X'] });
});

test('a service in two files has the methods of both', () => {
  const with_ = (rpc: string) => `${HEAD} service Order { rpc ${rpc}(M) returns (M); rpc Place(M) returns (M); }`;
  expect(declared(with_('Track'), with_('Cancel'))).toEqual({ 'shop.v1.Order': ['Track', 'Place', 'Cancel'] });
});

test('a name in a comment or a string is none', () => {
  const text = `${HEAD} /* service A { rpc X(M) returns (M); } */ // service B {}\noption go_package = "service C {}";`;
  expect(declared(text)).toEqual({});
});

test('a file that is none is refused, with its line', () => {
  expect(() => declared(HEAD, `${HEAD}\nservice Order {\n  rpc Place M;\n}`)).toThrow(/^1\.proto:3: illegal token 'M'/);
  expect(() => declared('syntax = "proto3"; service')).toThrow(/^0\.proto/);
});
