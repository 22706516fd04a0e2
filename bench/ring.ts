import { App } from 'cdk8s';
import { GrpcApi, GrpcService, Workload, ZeroTrustNamespace } from '../src';

const METHODS = ['Get', 'Put', 'List', 'Delete'];
const CALLS_EACH = 3;
const SERVICES_PER_NAMESPACE = 20;

/** The YAML of a ring of services, twenty to a namespace, in which each calls the next three. */
export function ring(size: number): string {
  const app = new App();
  const namespaces = Array.from(
    { length: Math.ceil(size / SERVICES_PER_NAMESPACE) },
    (_, i) => new ZeroTrustNamespace(app, `team-${i}`),
  );
  const services = Array.from(
    { length: size },
    (_, i) =>
      new GrpcService(namespaces[Math.floor(i / SERVICES_PER_NAMESPACE)], `service-${i}`, {
        workload: Workload.image('service:1'),
        apis: [
          GrpcApi.of(
            `ring.v1.Service${i}`,
            METHODS.map((name) => ({ name })),
          ),
        ],
      }),
  );
  for (const [i, service] of services.entries()) {
    for (let step = 1; step <= CALLS_EACH; step++) {
      const callee = services[(i + step) % size];
      if (callee !== service) service.calls(callee, [METHODS[step % METHODS.length]]);
    }
  }
  return app.synthYaml();
}
