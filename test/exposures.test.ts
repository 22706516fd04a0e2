import { MeshPort } from '../src';
import { Exposures } from '../src/exposures';
import type { Cors, Exposure } from '../src/mesh/edge';
import { refusal } from './support/refusal';

const port = MeshPort.http(8080);

function exposure(path: string, more: Partial<Exposure> = {}): Exposure {
  const service = more.service ?? 'order.coffee-shop.svc.cluster.local';
  return {
    host: 'api.coffee.example',
    path,
    service,
    port,
    routing: () => ({ host: service, ports: [port], methods: [], detours: [], faults: [], mirrors: [], web: false }),
    pods: { namespace: 'coffee-shop', labels: { app: 'order' } },
    ...more,
  };
}

function cors(...origins: string[]): Cors {
  return { origins, allowHeaders: ['content-type'], exposeHeaders: [], maxAgeSeconds: 60, allowCredentials: false };
}

function opened(...exposures: Exposure[]): Exposures {
  const all = new Exposures();
  exposures.forEach((one, i) => {
    all.add(one, `shop/verb-${i}`);
  });
  return all;
}

test('a path opened twice is one entry', () => {
  expect(opened(exposure('/a'), exposure('/a')).list()).toHaveLength(1);
});

test('one path of two hosts is two entries', () => {
  expect(opened(exposure('/a'), exposure('/a', { host: 'b.example' })).list()).toHaveLength(2);
});

test('the order of the entries is not the order of the verbs', () => {
  const paths = opened(exposure('/b'), exposure('/a'), exposure('/c'))
    .list()
    .map(({ path }) => path);
  expect(paths).toEqual(['/a', '/b', '/c']);
});

test('nothing is served on a host of which nothing was opened', () => {
  expect(opened(exposure('/a')).serves('b.example')).toBe(false);
});

test('a host is served once a path of it is open', () => {
  expect(opened(exposure('/a')).serves('api.coffee.example')).toBe(true);
});

test.each([
  ['before', [exposure('/a', { cors: cors('https://a.example') }), exposure('/a')]],
  ['after', [exposure('/a'), exposure('/a', { cors: cors('https://a.example') })]],
])('a path keeps the CORS that was opened %s it was opened natively', (_, both) => {
  expect(
    opened(...both)
      .list()
      .map((entry) => entry.cors?.origins),
  ).toEqual([['https://a.example']]);
});

test('the same CORS may be opened twice', () => {
  const twice = [1, 2].map(() => exposure('/a', { cors: cors('https://a.example') }));
  expect(opened(...twice).list()).toHaveLength(1);
});

test('two paths may have different CORS', () => {
  const two = opened(
    exposure('/a', { cors: cors('https://a.example') }),
    exposure('/b', { cors: cors('https://b.example') }),
  );
  expect(two.list()).toHaveLength(2);
});

describe('a contradicting second verb', () => {
  const elsewhere = () => opened(exposure('/a'), exposure('/a', { service: 'payment.coffee-shop.svc.cluster.local' }));
  const onAnotherPort = () => opened(exposure('/a'), exposure('/a', { port: MeshPort.http(9090, { name: 'admin' }) }));
  const otherCors = () =>
    opened(
      exposure('/a', { cors: cors('https://a.example') }),
      exposure('/a'),
      exposure('/a', { cors: cors('https://b.example') }),
    );

  test.each([
    ['another service', 'PathTaken', elsewhere],
    ['another port of the service', 'PathTaken', onAnotherPort],
    ['another CORS policy', 'ContradictingCors', otherCors],
  ])('for %s is refused', (_, code, attempt) => {
    expect(refusal(attempt).code).toBe(code);
  });

  test('is told who opened the path first', () => {
    expect(refusal(elsewhere).message).toContain('shop/verb-0');
  });

  test('is told who opened it to browsers first', () => {
    expect(refusal(otherCors).message).toContain('than shop/verb-0 does');
  });

  test('leaves the first one as it was', () => {
    const all = opened(exposure('/a'));
    refusal(() => all.add(exposure('/a', { service: 'payment.coffee-shop.svc.cluster.local' }), 'shop/late'));
    expect(all.list().map(({ service }) => service)).toEqual(['order.coffee-shop.svc.cluster.local']);
  });
});
