import type { PortProtocol } from '../../values/mesh-port';
import type { Service } from '../service';
import type { ServiceSpec } from './types';

/**
 * The Service, with every protocol spelled out twice: older tools read the name, newer ones `appProtocol`.
 *
 * A port that browsers reach is `grpc-web`: the server's proxy then translates, and native callers are unaffected.
 */
export function kubernetesService(service: Service): ServiceSpec {
  return {
    selector: service.pods.labels,
    ports: service.ports.map((port) => {
      const web = service.web && port === service.grpcPort;
      return {
        name: web ? 'grpc-web' : port.name,
        port: port.port,
        targetPort: port.containerPort,
        protocol: 'TCP',
        appProtocol: web ? 'grpc-web' : appProtocol(port.protocol),
      };
    }),
  };
}

function appProtocol(protocol: PortProtocol): string {
  return protocol;
}
