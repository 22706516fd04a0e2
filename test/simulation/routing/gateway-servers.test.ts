import { gateway, HTTPS, meshWith, orderRoutes, summary } from '../../support/mesh';

const server = (host: string) => HTTPS.replace("'*'", host);
const BOUND = orderRoutes(
  '    - route: [{destination: {host: order, port: {number: 50051}}}]',
  'gateways: [api]',
).replace('hosts: [order]', 'hosts: [api.example.com]');

test('Envoy refuses the port where two servers have one name, for VirtualServices of two namespaces', () => {
  const { outside } = meshWith(
    gateway(server('./api.example.com')) + gateway(server('api.example.com'), 'other') + BOUND,
  );
  const result = outside();
  expect(summary(result)).toBe(
    'unknown: what the pods listened to before: Envoy refuses two servers for one name on port 443',
  );
  expect(result.reasons.map(({ text }) => text)).toEqual([
    'Gateway shop/api has api.example.com on port 443 for VirtualServices of other namespaces',
  ]);
});

test('it takes two servers of two names', () => {
  const both = gateway(server('./api.example.com')) + gateway(server('www.example.com'), 'other');
  expect(summary(meshWith(both + BOUND).outside())).toBe('order:50051 1');
});
