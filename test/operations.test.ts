import { MeshPort } from '../src';
import { portNamed, portOperations, variable } from '../src/operations';
import { refusal } from './support/refusal';

const asked = { where: 'coffee-shop/web (MeshService)', line: (list: string) => `web.calls(report, [${list}])` };
const http = MeshPort.http(8080);
const redis = MeshPort.tcp(6379, { name: 'redis' });
const grpc = MeshPort.grpc(50051);

describe('the port that is meant', () => {
  test('is the only one if none is named', () => {
    expect(portNamed([http], undefined, 'report', asked)).toBe(http);
  });

  test('is the named one', () => {
    expect(portNamed([http, redis], 'tcp-redis', 'report', asked)).toBe(redis);
  });

  test.each([
    ['none of two', [http, redis], undefined],
    ['one that is not there', [http], 'htp'],
    ['the only one by another name', [http], 'http-admin'],
    ['none of none', [], undefined],
    ['one of none', [], 'http'],
  ])('is not known from %s', (_, ports, name) => {
    expect(refusal(() => portNamed(ports, name, 'report', asked)).code).toBe('UnknownPort');
  });

  test('is guessed for the one who misspelt it', () => {
    expect(refusal(() => portNamed([http, redis], 'tcp-reds', 'report', asked)).message).toContain(
      "Its ports are: http, tcp-redis. Did you mean 'tcp-redis'?",
    );
  });

  test('is to be declared where there is none', () => {
    expect(refusal(() => portNamed([], undefined, 'report', asked)).message).toContain(
      '    ports: [MeshPort.http(8080)]',
    );
  });
});

describe('the operations that are meant', () => {
  test.each([http, redis, grpc])('are the whole port if none is named', (port) => {
    expect(portOperations(port, undefined, 'report', asked)).toEqual([{ port }]);
  });

  test('are the named paths of an HTTP port', () => {
    expect(portOperations(http, ['/login', '/static/'], 'report', asked)).toEqual([
      { port: http, paths: ['/login', '/static/'] },
    ]);
  });

  test.each(['login', '', '/static/*', '*', '/a?b=c', '/a//b', '/{*}', '/a b'])("are not '%s'", (path) => {
    expect(refusal(() => portOperations(http, [path], 'report', asked)).code).toBe('InvalidPath');
  });

  test.each(['/', '/a', '/a/', '/a.b/c-d_e~f', '/%20'])("may be '%s'", (path) => {
    expect(portOperations(http, [path], 'report', asked)).toEqual([{ port: http, paths: [path] }]);
  });

  test.each([http, redis, grpc])('are never an empty list, which reads as nothing or as everything', (port) => {
    expect(refusal(() => portOperations(port, [], 'report', asked)).code).toBe('NoOperations');
  });

  test.each([
    [redis, 'leave the list out'],
    [grpc, "new GrpcService(scope, 'report', { apis: [...] })"],
  ])('have no names on a port without requests or without known RPCs', (port, fix) => {
    const error = refusal(() => portOperations(port, ['GET'], 'report', asked));
    expect([error.code, error.message]).toEqual(['NoOperations', expect.stringContaining(`    ${fix}\n`)]);
  });
});

test.each([
  ['order', 'order'],
  ['order-desk', 'orderDesk'],
  ['order-2', 'order2'],
  ['a--b', 'aB'],
])('the construct %s is called %s in the line to paste', (id, name) => {
  expect(variable(id)).toBe(name);
});
