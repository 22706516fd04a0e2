import { MeshPort } from '../../../src';
import { type Alternative, type PortRoute, withAlternatives } from '../../../src/mesh/istio/alternatives';

const port = MeshPort.grpc(50051);
const header = { headers: { 'x-tester': { exact: 'yes' } } };
const uri = (...paths: string[]) => paths.map((exact) => ({ uri: { exact } }));
const route = (name: string, match?: PortRoute['match']): PortRoute => ({ name, match, port });
const way = (matches: Alternative['matches'], more: Partial<Alternative> = {}): Alternative => ({
  name: 'way',
  port,
  matches,
  change: (it) => it,
  ...more,
});
const names = (routes: PortRoute[]) => routes.map(({ name }) => name);

test.each<[string, PortRoute[], Alternative[], string[]]>([
  ['a twin stands before its route', [route('a')], [way([header])], ['a-way', 'a']],
  ['a twin of all calls takes the place of its route', [route('a', uri('/x'))], [way(uri('/x'))], ['a-way']],
  ['a twin of everything does so too', [route('a', uri('/x', '/y'))], [way([{}])], ['a-way']],
  ['a twin of one of two paths does not', [route('a', uri('/x', '/y'))], [way(uri('/x'))], ['a-way', 'a']],
  ['a route of other calls has no twin', [route('a', uri('/x'))], [way(uri('/y'))], ['a']],
  ['a route of another port has none', [route('a')], [way([{}], { port: MeshPort.http(8080) })], ['a']],
  [
    'a catch-all has none for calls that an earlier route takes',
    [route('a', uri('/x')), route('rest')],
    [way([{ ...uri('/x')[0], ...header }])],
    ['a-way', 'a', 'rest'],
  ],
  [
    'nor for calls that the twin of an earlier one takes',
    [route('a', uri('/x')), route('rest')],
    [way(uri('/x'))],
    ['a-way', 'rest'],
  ],
  [
    'but for those that are left',
    [route('a', uri('/x')), route('rest')],
    [way([header])],
    ['a-way', 'a', 'rest-way', 'rest'],
  ],
  [
    'a second way comes after the first',
    [route('a')],
    [way([header]), way(uri('/x'), { name: 'other' })],
    ['a-way', 'a-other', 'a'],
  ],
])('%s', (_, routes, alternatives, want) => {
  expect(names(withAlternatives(routes, alternatives))).toEqual(want);
});

test('a twin takes the calls that both take', () => {
  const [twin] = withAlternatives([route('a', uri('/x', '/y'))], [way([header])]);
  expect(twin.match).toEqual(uri('/x', '/y').map((match) => ({ ...match, ...header })));
});

test('a twin of everything has no match', () => {
  expect(withAlternatives([route('a')], [way([{}])])[0]).not.toHaveProperty('match');
});
