import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grpcMesh } from '../support/command-line';
import { SMALL_MESH } from '../support/small-mesh';

const PROTO = `syntax = "proto3";
package shop.v1;
import "google/protobuf/empty.proto";
service Order {
  rpc Place(google.protobuf.Empty) returns (google.protobuf.Empty);
  rpc Cancel(google.protobuf.Empty) returns (google.protobuf.Empty);
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proto-'));
  mkdirSync(join(folder, 'protos/shop/v1'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'protos/shop/v1/order.proto'), PROTO);
  writeFileSync(join(folder, 'protos/bank.proto'), 'syntax = "proto3"; service Bank { rpc Pay(A) returns (A); }');
  writeFileSync(join(folder, 'broken.proto'), 'syntax = "proto3";\nservice Order { rpc }');
  writeFileSync(join(folder, 'after.yaml'), OPEN);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `web` may call all RPCs of the API. */
const OPEN = SMALL_MESH.replace('paths: [/shop.v1.Order/Place]', 'paths: [/shop.v1.Order/*]');

const ask = (words: string, input = SMALL_MESH) =>
  grpcMesh(
    words.split(' ').map((word) => word.replace('PROTOS', join(folder, 'protos'))),
    input,
  );

test('a method that no manifest names may be asked for by its short name', () => {
  const question = 'can web order Cancel -f -';
  expect(ask(question).err).toMatch(
    /^error: the manifests name no RPC 'Cancel' of shop\/order\.[\s\S]*or give its API: --proto FILE\.\n$/,
  );
  const { out, err, exitCode } = ask(`${question} --proto PROTOS`);
  expect(err).toBe('');
  expect(out).toMatch(/^no: shop\/web -> shop\/order Cancel\n/);
  expect(exitCode).toBe(1);
  expect(ask(`${question} --proto PROTOS/shop/v1/order.proto`).out).toBe(out);
});

test('without a method it is all of the API', () => {
  const asked = (words: string) =>
    ask(words)
      .out.split('\n')
      .filter((line) => /^(yes|no|unknown):/.test(line));
  expect(asked('can web order -f -')).not.toContain('no: shop/web -> shop/order Cancel');
  expect(asked('can web order -f - --proto PROTOS')).toContain('no: shop/web -> shop/order Cancel');
});

test('a method of an API that no manifest names is taken, if there is one of its name', () => {
  expect(ask('can web order Pay -f - --proto PROTOS').out).toMatch(/^no: shop\/web -> shop\/order \/Bank\/Pay\n/);
});

test('a method that nobody names is a wrong question', () => {
  expect(ask('can web order Cancl -f - --proto PROTOS').err).toContain(
    "error: the manifests name no RPC 'Cancl' of shop/order, nor do the .proto files. Did you mean 'Cancel'?\n",
  );
});

test.each([
  ['matrix -f - --proto PROTOS', /^shop\/order +Cancel +shop\/web$/m],
  ['matrix -f - --proto PROTOS --caller web', /^shop\/order +Cancel +shop\/web$/m],
  ['diagram -f - --proto PROTOS', /Cancel/],
  ['route web order Cancel -f - --proto PROTOS', /^shop\/web -> shop\/order Cancel\n {2}routed\n/],
  ['explain web order Cancel -f - --proto PROTOS', /^yes: shop\/web -> shop\/order Cancel\n/],
])('%s knows the RPCs of the files', (words, answer) => {
  expect(ask(words, OPEN).out).toMatch(answer);
  expect(ask(words.replace(' --proto PROTOS', ''), OPEN).out).not.toMatch(answer);
});

test('diff names what a wider rule grants', () => {
  const diff = (...more: string[]) => grpcMesh(['diff', '-', join(folder, 'after.yaml'), ...more], SMALL_MESH).out;
  expect(diff('--proto', join(folder, 'protos'))).toContain('+ shop/web -> shop/order Cancel  (deny -> allow)\n');
  expect(diff()).not.toContain('Cancel');
});

test('bad files are bad input', () => {
  expect(ask('matrix -f - --proto no/such.proto').err).toBe('error: there is no file or folder no/such.proto\n');
  const empty = join(folder, 'empty');
  expect(grpcMesh(['matrix', '-', '--proto', empty], SMALL_MESH).err).toBe(`error: there is no *.proto in ${empty}\n`);
  const broken = join(folder, 'broken.proto');
  const { err, exitCode } = grpcMesh(['matrix', '-', '--proto', broken], SMALL_MESH);
  expect(err).toMatch(/^error: \S+broken\.proto:2: illegal .*\n {2}protoc would refuse it as well: /);
  expect(exitCode).toBe(2);
});

test('a command that asks for no RPC does not take them', () => {
  for (const command of ['check', 'mtls']) {
    expect(ask(`${command} -f - --proto PROTOS`).err).toMatch(/^error: unknown option '--proto'/);
  }
});
