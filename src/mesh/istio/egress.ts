import { PortProtocol } from '../../values/mesh-port';
import type { Egress, External } from '../edge';
import type { Operations } from '../parties';
import { authorities } from './authority';
import { principalOf } from './authorization';
import { policyPath } from './path';
import { settingsPolicy } from './traffic-policy';
import type {
  AuthorizationPolicySpec,
  AuthorizationRule,
  DestinationRuleSpec,
  GatewaySpec,
  ServiceSpec,
} from './types';

/** Where callers find the gateway. HTTP/2 between the two, whatever the host outside speaks. */
export function egressService({ gateway, port }: Egress): ServiceSpec {
  return {
    selector: gateway.pods.labels,
    ports: [{ name: 'http2', port: port.port, targetPort: port.containerPort, protocol: 'TCP', appProtocol: 'http2' }],
  };
}

/** The listener: certificates of the mesh on both sides, and no hosts but those that pass. */
export function egressListener({ gateway, externals, port }: Egress): GatewaySpec {
  return {
    selector: gateway.pods.labels,
    servers: [
      {
        port: { number: port.port, name: 'https', protocol: 'HTTPS' },
        hosts: externals.map(({ namespace, host }) => `${namespace}/${host}`),
        tls: { mode: 'ISTIO_MUTUAL', minProtocolVersion: 'TLSV1_3' },
      },
    ],
  };
}

/** How callers reach the gateway: it takes a connection by the name of the host outside. */
export function egressTraffic({ host, externals, traffic }: Egress): DestinationRuleSpec {
  return {
    host,
    trafficPolicy: settingsPolicy(traffic),
    subsets: externals.map((external) => ({
      name: external.through?.subset ?? external.name,
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: external.host } },
    })),
  };
}

/** Who may ask which host outside for what: one rule per caller and host. */
export function egressPolicy({ gateway, externals }: Egress, trustDomain: string): AuthorizationPolicySpec {
  const rules = externals.flatMap((external) => rulesOf(external, trustDomain));
  return {
    selector: { matchLabels: gateway.pods.labels },
    action: 'ALLOW',
    ...(rules.length > 0 && { rules }),
  };
}

function rulesOf({ host, admissions }: External, trustDomain: string): AuthorizationRule[] {
  return admissions.flatMap(({ caller, operations }) =>
    caller
      ? [
          {
            from: [{ source: { principals: [principalOf(caller.identity, trustDomain)] } }],
            to: operations.map((operation) => ({ operation: target(host, operation) })),
          },
        ]
      : [],
  );
}

function target(host: string, { port, paths }: Operations) {
  return {
    hosts: authorities(host, port.port),
    ...(port.protocol === PortProtocol.GRPC && { methods: ['POST'] }),
    ...(paths && { paths: paths.map(policyPath) }),
  };
}
