import { MeshPort } from '../../src';
import { Admissions } from '../../src/mesh/admissions';
import type { Caller, Operations } from '../../src/mesh/parties';
import { refusal } from '../support/refusal';

const WHERE = 'coffee-shop/payment (GrpcService)';
const http = MeshPort.http(8080);
const caller = (name: string): Caller => ({
  identity: { namespace: 'coffee-shop', serviceAccount: name },
  pods: { namespace: 'coffee-shop', labels: { app: name } },
});
const sorted = (paths: string[]) => paths.sort();

test('one caller is one entry, however often it is admitted', () => {
  const admissions = new Admissions();
  admissions.add(caller('order'), [{ port: http, paths: ['/b'] }], WHERE);
  admissions.add(caller('order'), [{ port: http, paths: ['/a', '/b'] }], WHERE);
  expect(admissions.list(sorted)).toEqual([
    { caller: caller('order'), operations: [{ port: http, paths: ['/a', '/b'] }] },
  ]);
});

test.each([
  ['before', [undefined, ['/a']]],
  ['after', [['/a'], undefined]],
])('a whole port stays a whole port, admitted %s a path of it', (_, steps) => {
  const admissions = new Admissions();
  for (const paths of steps) admissions.add(caller('order'), [{ port: http, paths }], WHERE);
  expect(admissions.list(sorted)).toEqual([{ caller: caller('order'), operations: [{ port: http }] }]);
});

test('pods of one ServiceAccount with other labels are another entry, for the NetworkPolicies', () => {
  const admissions = new Admissions();
  admissions.add(caller('order'), [{ port: http }], WHERE);
  const { identity } = caller('order');
  admissions.add({ identity, pods: { namespace: 'coffee-shop', labels: { app: 'batch' } } }, [{ port: http }], WHERE);
  expect(admissions.list(sorted)).toHaveLength(2);
});

test.each<[string, (name: string) => [Caller, Operations[]]]>([
  ['callers', (name) => [caller(name), [{ port: http }]]],
  [
    'ports with one container port',
    (name) => [caller('order'), [{ port: MeshPort.http(name === 'a' ? 80 : 81, { name, containerPort: 8080 }) }]],
  ],
])('the order of %s does not depend on who spoke first', (_, admitted) => {
  const listed = (names: string[]) => {
    const admissions = new Admissions();
    for (const name of names) admissions.add(...admitted(name), WHERE);
    return admissions.list(sorted);
  };
  expect(listed(['b', 'a'])).toEqual(listed(['a', 'b']));
});

describe('as many callers as a policy holds', () => {
  const full = () => {
    const admissions = new Admissions();
    for (let i = 0; i < 512; i++) admissions.add(caller(`client-${i}`), [{ port: http }], WHERE);
    return admissions;
  };

  test('are admitted', () => {
    expect(full().list(sorted)).toHaveLength(512);
  });

  test('may be admitted to more', () => {
    const admissions = full();
    admissions.add(caller('client-7'), [{ port: MeshPort.http(9) }], WHERE);
    expect(admissions.list(sorted)).toHaveLength(512);
  });

  test('cannot be admitted to TCP as well, which takes a rule of its own', () => {
    const error = refusal(() => full().add(caller('client-7'), [{ port: MeshPort.tcp(9) }], WHERE));
    expect(error.code).toBe('TooManyCallers');
  });

  test('and one more are too many', () => {
    const error = refusal(() => full().add(caller('one-more'), [{ port: http }], WHERE));
    expect([error.code, error.message]).toEqual(['TooManyCallers', expect.stringContaining(WHERE)]);
  });
});
