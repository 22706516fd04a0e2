import { App, Duration } from 'cdk8s';
import {
  CanaryRelease,
  GrpcService,
  MeshIngress,
  MeshService,
  ProtoApi,
  type RolloutController,
  RolloutGate,
  TlsCertificate,
  Workload,
  ZeroTrustNamespace,
} from 'cdk8s-grpc-mesh';

/** A menu, who calls it, and its release, carried out by this controller; `weight` is for whoever has none. */
export function writeRelease(controller: RolloutController, weight?: number): void {
  const app = new App();
  const api = ProtoApi.fromFile('protos/menu/v1/menu.proto');

  const cafe = new ZeroTrustNamespace(app, 'cafe');
  const menu = new GrpcService(cafe, 'menu', {
    workload: Workload.image('ghcr.io/acme/menu:1.0.0'),
    apis: [api.service('menu.v1.Menu')],
  });
  const kiosk = new MeshService(cafe, 'kiosk', { workload: Workload.image('ghcr.io/acme/kiosk:1.0.0') });
  kiosk.calls(menu, ['ListDrinks', 'AddDrink'], { addressEnv: 'MENU_ADDRESS' });

  const edge = new MeshIngress(cafe, 'edge', {
    host: 'menu.cafe.example',
    certificate: TlsCertificate.fromSecret('menu-tls'),
  });
  edge.expose(menu, ['ListDrinks', 'WatchMenu']);

  new CanaryRelease(cafe, 'menu-release', {
    service: menu,
    image: 'ghcr.io/acme/menu:1.1.0',
    weight,
    rollout: {
      controller,
      steps: [
        { weight: 5, pause: Duration.minutes(10) },
        { weight: 25, pause: Duration.minutes(10) },
        { weight: 50, pause: Duration.minutes(10) },
      ],
      gates: [
        RolloutGate.grpcStatus({ atLeast: 99.5 }),
        RolloutGate.latency({ percentile: 99, atMost: Duration.millis(300) }),
      ],
    },
  });

  app.synth();
}
