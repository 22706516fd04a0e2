import { App } from 'cdk8s';
import {
  DeniedCalls,
  ExternalAuthorization,
  GatewayWorkload,
  GrpcApi,
  GrpcService,
  JwtAuthentication,
  JwtIssuer,
  Mesh,
  MeshIngress,
  MeshPort,
  MeshSettings,
  MeshTelemetry,
  PlaintextPort,
  ProtoApi,
  TlsCertificate,
  Workload,
  ZeroTrustNamespace,
} from 'cdk8s-grpc-mesh';

const app = new App();
const shop = ProtoApi.fromFile('protos/shop/v1/shop.proto');

// --- The platform team: the mesh, one who is asked about what is delicate, and one who collects traces ---

const mesh = Mesh.istio({ trustDomain: 'acme.example' });
const settings = new MeshSettings(app, 'mesh', {
  mesh,
  trustDomainAliases: ['cluster.local'], // its name before, until the last certificate of then is gone
});

const gatekeeping = new ZeroTrustNamespace(app, 'gatekeeping', { mesh });
const gatekeeper = new GrpcService(gatekeeping, 'gatekeeper', {
  workload: Workload.image('ghcr.io/acme/gatekeeper:2.1.0'),
  apis: [GrpcApi.externalAuthorization()],
});

const observability = new ZeroTrustNamespace(app, 'observability', { mesh });
const collector = new GrpcService(observability, 'collector', {
  workload: Workload.image('otel/opentelemetry-collector:0.154.0'),
  apis: [GrpcApi.openTelemetryTraces()],
  port: 4317,
});

// --- The catalog team: two callers that are not in the mesh yet, each at its one port ---

const catalogTeam = new ZeroTrustNamespace(app, 'catalog', { mesh });
const catalog = new GrpcService(catalogTeam, 'catalog', {
  workload: Workload.image('ghcr.io/acme/catalog:4.0.3'),
  apis: [shop.service('shop.v1.Catalog')],
  ports: [MeshPort.http(9090, { name: 'metrics' })],
});
new PlaintextPort(catalogTeam, 'scraping', {
  service: catalog,
  port: 'metrics',
  operations: ['/metrics'],
  callerNamespace: 'monitoring',
  callerLabels: { app: 'prometheus' },
  reason: 'Prometheus joins the mesh with its next release, see PLAT-812',
});
new PlaintextPort(catalogTeam, 'warehouse', {
  service: catalog,
  operations: ['ListDrinks'],
  callerNamespace: 'warehouse',
  reason: 'the warehouse runs on the old cluster image until 2027-03, see PLAT-640',
});

// --- The orders team: customers with tokens, and what not even a declared call may do ---

const ordersTeam = new ZeroTrustNamespace(app, 'orders', { mesh });
const orders = new GrpcService(ordersTeam, 'orders', {
  workload: Workload.image('ghcr.io/acme/orders:1.12.0'),
  apis: [shop.service('shop.v1.Orders')],
});
orders.calls(catalog);
new MeshTelemetry(ordersTeam, 'tracing', { services: [orders], tracing: { collector, percentage: 5 } });
new ExternalAuthorization(ordersTeam, 'cancellations', {
  service: orders,
  authorizer: gatekeeper,
  operations: ['CancelOrder'],
});
new DeniedCalls(catalogTeam, 'prices-are-ours', { service: catalog, operations: ['SetPrice'], callers: [orders] });

const edge = new MeshIngress(ordersTeam, 'edge', {
  host: 'api.acme.example',
  certificate: TlsCertificate.fromSecret('edge-tls'),
  gateway: GatewayWorkload.own(),
});
edge.expose(orders);
edge.expose(catalog);

const customers = new JwtAuthentication(ordersTeam, 'customers', {
  ingress: edge,
  issuers: [
    JwtIssuer.of('https://login.acme.example', {
      audiences: ['shop'],
      jwksUri: 'https://login.acme.example/.well-known/jwks.json',
      headersFromClaims: { 'x-customer': 'sub' },
    }),
  ],
});
customers.allowWithoutToken(catalog, ['ListDrinks']);
customers.requireClaims(catalog, ['SetPrice'], { roles: ['catalog-editor'] });

// What is no object of the cluster: for Helm, and for istioctl.
settings.writeFiles('install');
app.synth();
