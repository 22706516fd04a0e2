import { App, Duration } from 'cdk8s';
import {
  AccessLogFilter,
  CanaryRelease,
  EgressGateway,
  ExternalGrpcService,
  GrpcService,
  GrpcWebGateway,
  HealthCheck,
  MeshIngress,
  MeshMonitoring,
  MeshPort,
  MeshService,
  MeshTelemetry,
  MetricsScraper,
  ProtoApi,
  TlsCertificate,
  Workload,
  ZeroTrustNamespace,
} from 'cdk8s-grpc-mesh';

const app = new App();
const coffee = ProtoApi.fromFolder('protos');

// What runs. The money has a namespace of its own.

const shop = new ZeroTrustNamespace(app, 'coffee-shop');
const payments = new ZeroTrustNamespace(app, 'coffee-payments');

const web = new MeshService(shop, 'web', {
  workload: Workload.image('ghcr.io/acme/web:5.2.0', { health: HealthCheck.http('/healthz') }),
  ports: [MeshPort.http(8080)],
});

const menu = new GrpcService(shop, 'menu', {
  workload: Workload.image('ghcr.io/acme/menu:1.1.2'),
  apis: [coffee.service('coffee.v1.Menu')],
});

const order = new GrpcService(shop, 'order', {
  workload: Workload.image('ghcr.io/acme/order:2.3.1'),
  apis: [coffee.service('coffee.v1.Order')],
});

const inventory = new GrpcService(shop, 'inventory', {
  workload: Workload.image('ghcr.io/acme/inventory:1.9.0'),
  apis: [coffee.service('coffee.v1.Inventory')],
});

// One pod: two would be two caches. User 999 is the `redis` of the image.
const stockCache = new MeshService(shop, 'stock-cache', {
  workload: Workload.image('redis:7.4', { user: 999, replicas: 1, args: ['--save', '', '--appendonly', 'no'] }),
  ports: [MeshPort.tcp(6379, { name: 'redis' })],
});

const payment = new GrpcService(payments, 'payment', {
  workload: Workload.image('ghcr.io/acme/payment:1.4.0'),
  apis: [coffee.service('coffee.v1.Payment')],
  callPolicies: { Charge: { deadline: Duration.seconds(10) } },
});

const accounting = new MeshService(payments, 'accounting', {
  workload: Workload.image('ghcr.io/acme/accounting:3.0.4', { replicas: 1 }),
});

// The card company is outside. One gateway leads there, from a namespace of its own.

const exits = new ZeroTrustNamespace(app, 'coffee-exits');
const egress = new EgressGateway(exits, 'egress');
const cards = new ExternalGrpcService(payments, 'cards', {
  host: 'api.cards.example',
  apis: [coffee.service('cards.v1.Cards')],
  callPolicies: { Authorize: { deadline: Duration.seconds(8) } },
  through: egress,
});

// Who calls whom. Everything else is refused.

web.calls(menu, ['ListDrinks'], { addressEnv: 'MENU_ADDRESS' });

menu.calls(inventory, ['WatchStock'], { addressEnv: 'INVENTORY_ADDRESS' });

order.calls(menu, ['ListDrinks'], { addressEnv: 'MENU_ADDRESS' });
order.calls(inventory, ['Reserve', 'Release'], { addressEnv: 'INVENTORY_ADDRESS' });
order.calls(payment, ['Charge', 'Refund'], { addressEnv: 'PAYMENT_ADDRESS' });

payment.calls(cards, ['Authorize', 'Void'], { addressEnv: 'CARDS_ADDRESS' });

inventory.calls(stockCache, undefined, { addressEnv: 'REDIS_ADDRESS' });

accounting.calls(order, ['ListOrders'], { addressEnv: 'ORDER_ADDRESS' });
accounting.calls(payment, ['ListCharges'], { addressEnv: 'PAYMENT_ADDRESS' });

// The ways in: a site for guests, an API for its pages and for phones, and one for suppliers, who show a certificate.

const site = new MeshIngress(shop, 'site', {
  host: 'coffee.example',
  certificate: TlsCertificate.fromSecret('coffee-tls'),
});
site.expose(web);

const api = new MeshIngress(shop, 'api', {
  host: 'api.coffee.example',
  certificate: TlsCertificate.fromSecret('coffee-api-tls'),
});
api.expose(menu, ['ListDrinks', 'WatchMenu']);
api.expose(order, ['PlaceOrder', 'CancelOrder', 'TrackOrder']);

const browsers = new GrpcWebGateway(shop, 'browsers', { ingress: api, origins: ['https://coffee.example'] });
browsers.expose(menu, ['WatchMenu']);
browsers.expose(order, ['PlaceOrder', 'CancelOrder', 'TrackOrder']);

const suppliers = new MeshIngress(shop, 'suppliers', {
  host: 'suppliers.coffee.example',
  certificate: TlsCertificate.fromSecret('coffee-suppliers-tls'),
  clientCertificates: true,
});
suppliers.expose(inventory, ['Deliver']);

// What those who run it are told: alerts and a dashboard for each namespace, and a line for every call that fails.

const scraper = MetricsScraper.prometheus('monitoring');
new MeshMonitoring(shop, 'monitoring', { services: [web, menu, order, inventory], scraper });
new MeshMonitoring(payments, 'monitoring', { services: [payment, accounting], scraper, errorPercentage: 1 });

const accessLog = { only: [AccessLogFilter.failures()] };
new MeshTelemetry(shop, 'telemetry', { services: [web, menu, order, inventory], accessLog });
new MeshTelemetry(payments, 'telemetry', { services: [payment, accounting], accessLog });

// One call in ten goes to the next version.

new CanaryRelease(shop, 'order-next', { service: order, image: 'ghcr.io/acme/order:2.4.0', weight: 10 });

app.synth();
