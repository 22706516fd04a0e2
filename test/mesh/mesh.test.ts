import { App } from 'cdk8s';
import { type IstioOptions, Mesh, ZeroTrustNamespace } from '../../src';
import { ARRIVES, carries } from '../support/carries';
import { Manifests } from '../support/manifests';
import { refused, written } from '../support/program';
import { coffeeShop, order, payment } from '../support/shop';

const namespace = (options: IstioOptions) => (app: App) =>
  new ZeroTrustNamespace(app, 'coffee-shop', { mesh: Mesh.istio(options) });

test.each(['1.29', '1.30', '1.31'])('Istio %s is known', (version) => {
  expect(Object.keys(written(namespace({ version })))).toEqual(['coffee-shop.k8s.yaml']);
});

test.each(['1.28', '1.32', '1.31.0', 'latest', ''])("Istio '%s' is refused", (version) => {
  const error = refused(namespace({ version }));
  expect([error.code, error.message]).toEqual([
    'UnsupportedVersion',
    expect.stringContaining("\n    Mesh.istio({ version: '1.31' })\n"),
  ]);
});

test('the newest version is the default', () => {
  expect(written(namespace({}))).toEqual(written(namespace({ version: '1.31' })));
});

test('another trust domain is the first part of every identity', () => {
  const { app, shop } = coffeeShop({ mesh: Mesh.istio({ trustDomain: 'acme.example' }) });
  order(shop).calls(payment(shop), ['Charge']);
  const { rules } = Manifests.of(app).get('AuthorizationPolicy', 'payment').spec;
  expect(rules[0].from).toEqual([{ source: { principals: ['acme.example/ns/coffee-shop/sa/order'] } }]);
});

test('a caller whose namespace runs on another mesh is known by the trust domain of that mesh', () => {
  const app = new App();
  const shop = new ZeroTrustNamespace(app, 'coffee-shop', { mesh: Mesh.istio({ trustDomain: 'shop.example' }) });
  const bank = new ZeroTrustNamespace(app, 'bank', { mesh: Mesh.istio({ trustDomain: 'bank.example' }) });
  order(shop).calls(payment(bank), ['Charge']);
  const client = { namespace: 'coffee-shop', name: 'order', trustDomain: 'shop.example' };
  const server = { namespace: 'bank', name: 'payment' };
  expect(carries(Manifests.of(app), client, server, '/coffee.v1.Payment/Charge')).toEqual(ARRIVES);
});

test.each(['*', 'acme/ns/x', 'Acme.example', ''])("the trust domain '%s' is refused", (trustDomain) => {
  expect(refused(namespace({ trustDomain })).code).toBe('InvalidTrustDomain');
});

test.each(['acme', 'acme.example', 'td_1-x.example'])("the trust domain '%s' is accepted", (trustDomain) => {
  expect(Object.keys(written(namespace({ trustDomain })))).toEqual(['coffee-shop.k8s.yaml']);
});

test.each(['*', '', 'Istio'])("the root namespace '%s' is refused", (rootNamespace) => {
  expect(refused(namespace({ rootNamespace })).code).toBe('InvalidName');
});

test.each(['', '*', '*.local', 'Corp.example'])("the cluster domain '%s' is refused", (clusterDomain) => {
  expect(refused(namespace({ clusterDomain })).code).toBe('InvalidClusterDomain');
});

test.each(['', 'Not A Label!', '-1', 'x'.repeat(64)])("the revision '%s' is refused", (revision) => {
  expect(refused(namespace({ revision })).code).toBe('InvalidLabel');
});

test.each([{ clusterDomain: 'corp' }, { revision: '1-29-0' }, { rootNamespace: '2nd-mesh' }])(
  'a mesh of unusual names is accepted: %j',
  (options) => {
    expect(Object.keys(written(namespace(options)))).toEqual(['coffee-shop.k8s.yaml']);
  },
);

test('another cluster domain ends every host name', () => {
  const { app, shop } = coffeeShop({ mesh: Mesh.istio({ clusterDomain: 'corp.example' }) });
  order(shop).calls(payment(shop), ['Charge']);
  const manifests = Manifests.of(app);
  const host = 'payment.coffee-shop.svc.corp.example';
  expect([
    manifests.get('VirtualService', 'payment').spec.hosts,
    manifests.get('DestinationRule', 'payment').spec.host,
    manifests.get('Sidecar', 'order').spec.egress[0].hosts.at(-1),
  ]).toEqual([[host], host, `coffee-shop/${host}`]);
});
