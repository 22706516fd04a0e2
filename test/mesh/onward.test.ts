import { MeshPort } from '../../src';
import { areAmong, ledAway, onward } from '../../src/mesh/onward';
import type { Admission, Caller } from '../../src/mesh/parties';
import type { RequestCondition } from '../../src/mesh/routing';

const [port, toPort, elsewhere] = [MeshPort.http(8080), MeshPort.http(9090), MeshPort.http(7070)];
const caller = (name: string, isGateway?: boolean): Caller => ({
  identity: { namespace: 'shop', serviceAccount: name },
  pods: { namespace: 'shop', labels: { app: name } },
  isGateway,
});
const order = caller('order');
const edge = caller('edge', true);
const may = (who: Caller | undefined, ...paths: string[]): Admission => ({
  caller: who,
  operations: [{ port, paths }],
});
const named = (who: Caller): RequestCondition => ({ metadata: {}, caller: who.pods });
const ways = (admissions: Admission[], calls: Partial<Parameters<typeof onward>[1]>) =>
  onward(admissions, { name: 'way', port, toPort, conditions: [], atIngress: false, ...calls }).map(
    ({ caller: who, operations }) => [who?.identity.serviceAccount ?? '*', ...(operations[0].paths ?? ['all'])],
  );

// Whoever may make a call comes with it, under the path that it has there; nobody else, and with nothing else.
test.each<[string, Admission[], Partial<Parameters<typeof onward>[1]>, string[][]]>([
  ['the same path', [may(order, '/a')], { paths: ['/a'] }, [['order', '/a']]],
  ['another path', [may(order, '/b')], { paths: ['/a'] }, []],
  ['one of two', [may(order, '/a', '/b')], { paths: ['/b', '/c'] }, [['order', '/b']]],
  ['below what is led', [may(order, '/a/b')], { paths: ['/a/'] }, [['order', '/a/b']]],
  ['above what is led', [may(order, '/a/')], { paths: ['/a/b'] }, [['order', '/a/b']]],
  ['beside a prefix', [may(order, '/ab')], { paths: ['/a/'] }, []],
  ['the whole port', [{ caller: order, operations: [{ port }] }], {}, [['order', 'all']]],
  ['a part of the port', [{ caller: order, operations: [{ port }] }], { paths: ['/a'] }, [['order', '/a']]],
  ['all that somebody may', [may(order, '/a')], {}, [['order', '/a']]],
  ['another port', [{ caller: order, operations: [{ port: elsewhere }] }], {}, []],
  ['a rewritten path', [may(order, '/a')], { paths: ['/a'], rewrite: '/z' }, [['order', '/z']]],
  ['a rewritten prefix', [may(order, '/a/b')], { paths: ['/a/'], rewrite: '/z/' }, [['order', '/z/b']]],
  ['a rewritten port', [{ caller: order, operations: [{ port }] }], { rewrite: '/z/' }, [['order', '/z/']]],
  ['a rewritten rest', [may(order, '/b')], { rewrite: '/z/' }, [['order', '/z/b']]],
  ['from outside', [may(edge, '/a')], {}, []],
  ['from outside, if asked for', [may(edge, '/a')], { atIngress: true }, [['edge', '/a']]],
  ['a caller who is meant', [may(order, '/a')], { conditions: [named(order)] }, [['order', '/a']]],
  ['a caller who is not', [may(order, '/a')], { conditions: [named(caller('web'))] }, []],
  ['somebody or metadata', [may(order, '/a')], { conditions: [named(edge), { metadata: {} }] }, [['order', '/a']]],
  ['anybody', [may(undefined, '/a')], {}, [['*', '/a']]],
  ['anybody, where one is meant', [may(undefined, '/a')], { conditions: [named(order)] }, []],
])('%s', (_, admissions, calls, want) => {
  expect(ways(admissions, calls)).toEqual(want);
});

test('goes to the port there', () => {
  const [{ operations }] = onward([may(order, '/a')], { name: 'way', port, toPort, conditions: [], atIngress: false });
  expect(operations[0].port).toBe(toPort);
});

test.each<[string, string[] | undefined, string[] | undefined, boolean]>([
  ['the same path', ['/a'], ['/a', '/b'], true],
  ['another path', ['/a', '/c'], ['/a', '/b'], false],
  ['a path below', ['/a/b'], ['/a/'], true],
  ['a path above', ['/a/'], ['/a/b'], false],
  ['a path of the whole port', ['/a'], undefined, true],
  ['the whole port and a path', undefined, ['/a'], false],
  ['the whole port twice', undefined, undefined, true],
])('%s is among others, or not', (_, some, others, want) => {
  expect(areAmong([{ port, paths: some }], [{ port, paths: others }])).toBe(want);
  expect(areAmong([{ port, paths: some }], [{ port: elsewhere, paths: others }])).toBe(false);
});

test('what is led is called by the path that it has there', () => {
  const calls = { name: 'way', port, toPort, conditions: [], atIngress: false, paths: ['/a/'], rewrite: '/' };
  expect(ledAway([{ port, paths: ['/a/b', '/c'] }], calls)).toEqual([{ port: toPort, paths: ['/b'] }]);
});
