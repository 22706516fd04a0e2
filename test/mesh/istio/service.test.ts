import { MeshPort, MeshService, Workload } from '../../../src';
import { Manifests } from '../../support/manifests';
import { coffeeShop, payment } from '../../support/shop';

test('the RPC port says in every way that it is gRPC', () => {
  const { app, shop } = coffeeShop();
  payment(shop);
  expect(Manifests.of(app).get('Service', 'payment').spec).toEqual({
    selector: { app: 'payment' },
    ports: [{ name: 'grpc', port: 50051, targetPort: 50051, protocol: 'TCP', appProtocol: 'grpc' }],
  });
});

test('the RPC port may differ from the port of the container', () => {
  const { app, shop } = coffeeShop();
  payment(shop, { port: 443, containerPort: 9000 });
  expect(Manifests.of(app).get('Service', 'payment').spec.ports[0]).toMatchObject({ port: 443, targetPort: 9000 });
});

test('further ports stand behind the RPC port, each with its protocol', () => {
  const { app, shop } = coffeeShop();
  payment(shop, { ports: [MeshPort.http(8080, { name: 'admin' }), MeshPort.tcp(9000, { containerPort: 9001 })] });
  expect(Manifests.of(app).get('Service', 'payment').spec.ports.slice(1)).toEqual([
    { name: 'http-admin', port: 8080, targetPort: 8080, protocol: 'TCP', appProtocol: 'http' },
    { name: 'tcp', port: 9000, targetPort: 9001, protocol: 'TCP', appProtocol: 'tcp' },
  ]);
});

test('the container has the ports of the Service, each once', () => {
  const { app, shop } = coffeeShop();
  const ports = [
    MeshPort.http(80, { containerPort: 8080 }),
    MeshPort.http(81, { name: 'b', containerPort: 8080 }),
    MeshPort.tcp(9000),
  ];
  new MeshService(shop, 'web', { workload: Workload.image('web:1'), ports });
  expect(Manifests.of(app).get('Deployment', 'web').spec.template.spec.containers[0].ports).toEqual([
    { containerPort: 8080 },
    { containerPort: 9000 },
  ]);
});

test('a service without ports has no Service', () => {
  const { app, shop } = coffeeShop();
  new MeshService(shop, 'batch', { workload: Workload.image('batch:1') });
  expect(Manifests.of(app).kind('Service')).toEqual([]);
});
