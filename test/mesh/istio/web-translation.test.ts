import { GatewayWorkload, GrpcWebGateway, MeshIngress, TlsCertificate } from '../../../src';
import { Manifests } from '../../support/manifests';
import { coffeeShop, order } from '../../support/shop';

function filter(gateway: GatewayWorkload) {
  const { app, shop } = coffeeShop();
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  const ingress = new MeshIngress(shop, 'edge', { host: 'api.coffee.example', certificate, gateway });
  const envoyFilter = { reason: 'the server has no sidecar' };
  const web = new GrpcWebGateway(shop, 'web', { ingress, origins: ['https://coffee.example'], envoyFilter });
  web.expose(order(shop));
  return Manifests.of(app).kind('EnvoyFilter')[0].spec;
}

test.each([
  ['the Helm gateway', GatewayWorkload.helm(), { istio: 'ingress' }],
  ['the istioctl gateway', GatewayWorkload.istioctl(), { istio: 'ingressgateway' }],
  ['an own gateway', GatewayWorkload.own(), { app: 'edge', istio: 'edge' }],
])('only the pods of %s translate', (_, gateway, labels) => {
  expect(filter(gateway).workloadSelector).toEqual({ labels });
});

test('the listeners translate, not the proxy on its way to the servers', () => {
  const [patch] = filter(GatewayWorkload.helm()).configPatches;
  expect(patch).toMatchObject({ applyTo: 'HTTP_FILTER', match: { context: 'GATEWAY' } });
});

test('the translation runs before policies and metrics, which then see gRPC', () => {
  expect(filter(GatewayWorkload.helm()).configPatches[0].patch.operation).toBe('INSERT_FIRST');
});

test("the translation is Envoy's own filter", () => {
  expect(filter(GatewayWorkload.helm()).configPatches[0].patch.value).toEqual({
    name: 'envoy.filters.http.grpc_web',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.grpc_web.v3.GrpcWeb' },
  });
});
