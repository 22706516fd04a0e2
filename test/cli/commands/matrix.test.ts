import { grpcMesh } from '../../support/command-line';
import { SMALL_MESH } from '../../support/small-mesh';
import { TOKEN_MESH } from '../../support/token-mesh';

const matrix = (...options: string[]) => grpcMesh(['matrix', '-', ...options], SMALL_MESH).out;

test('lists every RPC that the manifests name, and who may call it', () => {
  expect(matrix()).toBe(`SERVICE      RPC         CALLERS
shop/order   Place       shop/web
shop/order   Track       https://api.example.com
shop/order   any other   nobody
`);
});

test('what nobody guards is open to everybody', () => {
  const open = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Pod
metadata: { name: order, namespace: shop, labels: { app: order } }
spec: { containers: [{ name: main, image: order }] }
---
apiVersion: v1
kind: Service
metadata: { name: order, namespace: shop }
spec: { selector: { app: order }, ports: [{ name: grpc, port: 50051 }] }
`;
  expect(grpcMesh(['matrix', '-'], open).out).toMatch(/shop\/order +any path +everybody\n/);
});

test('of one caller, or to one service', () => {
  expect(matrix('--caller', 'web')).toBe(`SERVICE      RPC     CALLERS
shop/order   Place   shop/web
`);
  expect(matrix('--caller', 'thief')).toBe('thief may call nothing.\n');
  expect(matrix('--service', 'order.shop')).toBe(matrix());
});

test('of one caller to one service: nobody is an answer', () => {
  expect(matrix('--caller', 'thief', '--service', 'order')).toBe(`SERVICE      RPC         CALLERS
shop/order   Place       nobody
shop/order   Track       nobody
shop/order   any other   nobody
`);
});

test('of one namespace: of its services, whoever calls them', () => {
  expect(matrix('-n', 'shop')).toBe(matrix());
  expect(matrix('-n', 'edge')).toBe('Nothing in namespace edge can be called.\n');
  expect(JSON.parse(matrix('-n', 'edge', '--output', 'json')).rpcs).toEqual([]);
});

test('as CSV it is one line for each pair', () => {
  expect(matrix('-o', 'csv')).toBe(
    [
      'caller,service,port,path,outcome',
      'shop/web,order.shop.svc.cluster.local,50051,/shop.v1.Order/Place,allow',
      'https://api.example.com,order.shop.svc.cluster.local,50051,/shop.v1.Order/Track,allow',
      '',
    ].join('\r\n'),
  );
});

test('as Markdown it is a table of GitHub', () => {
  expect(matrix('-o', 'markdown').split('\n').slice(0, 3)).toEqual([
    '| service | rpc | callers |',
    '| --- | --- | --- |',
    '| shop/order | Place | shop/web |',
  ]);
});

test('as JSON it names all callers, those that may nothing too', () => {
  const { callers, rpcs } = JSON.parse(matrix('-o', 'json'));
  expect(callers).toEqual(['shop/web', 'shop/thief', 'shop/order', 'https://api.example.com', 'plaintext']);
  expect(rpcs[0]).toEqual({
    name: 'shop/order Place',
    service: 'order.shop.svc.cluster.local',
    port: 50051,
    path: '/shop.v1.Order/Place',
    allowed: ['shop/web'],
    unknown: [],
  });
});

test('whom a header lets in that any caller may send is not nobody', () => {
  const { out } = grpcMesh(['matrix', '-'], TOKEN_MESH);
  expect(out).toMatch(/^shop\/order +Quote +/m);
  expect(out).not.toMatch(/Quote +nobody/);
});
