import { type MeshPort, PortProtocol } from '../../values/mesh-port';
import type { Admission, Exposure, Identity, Ingress, Operations, Service } from '../contract';
import { policyPath } from './path';
import type { AuthorizationPolicySpec, AuthorizationRule, AuthorizationTarget } from './types';

/** No rule at all: nobody is admitted by this policy, and others may still admit. A DENY could never be overridden. */
export const allowNothing: AuthorizationPolicySpec = {};

/** Who may do what on this service, one rule per caller. */
export function servicePolicy(service: Service, trustDomain: string): AuthorizationPolicySpec {
  const rules = service.admissions.map((admission) => admissionRule(admission, trustDomain));
  return {
    selector: { matchLabels: service.pods.labels },
    action: 'ALLOW',
    ...(rules.length > 0 && { rules }),
  };
}

/**
 * What the world may ask an own gateway: the exposed paths of the exposed hosts. Preflights are answered before any
 * backend.
 */
export function gatewayPolicy(ingress: Ingress): AuthorizationPolicySpec {
  return {
    selector: { matchLabels: ingress.gateway.pods.labels },
    action: 'ALLOW',
    // A host without exposures gets no rule: one without operations would admit everything.
    rules: ingress.hosts
      .map((host) => ({ host, targets: gatewayTargets(ingress.exposures.filter((open) => open.host === host)) }))
      .filter(({ targets }) => targets.length > 0)
      .map(({ host, targets }) => ({
        to: targets.map((operation) => ({ operation: { hosts: authorities(host, ingress), ...operation } })),
      })),
  };
}

function admissionRule({ caller, operations }: Admission, trustDomain: string): AuthorizationRule {
  const principal = caller ? principalOf(caller.identity, trustDomain) : '*';
  return {
    from: [{ source: { principals: [principal] } }],
    to: operations.map(target),
  };
}

// principals and not serviceAccounts: the latter would admit the same name in any trust domain.
function principalOf({ namespace, serviceAccount, trustDomain }: Identity, own: string): string {
  return `${trustDomain ?? own}/ns/${namespace}/sa/${serviceAccount}`;
}

// The port is the container's: that is where the proxy decides.
function target({ port, paths }: Operations): AuthorizationTarget {
  return {
    operation: {
      ports: [String(port.containerPort)],
      ...(isGrpc(port) && { methods: ['POST'] }),
      ...(paths && { paths: paths.map(policyPath) }),
    },
  };
}

function gatewayTargets(exposures: Exposure[]) {
  const paths = (some: Exposure[]) => some.map(({ path }) => policyPath(path));
  const native = exposures.filter(({ port, cors }) => isGrpc(port) && !cors);
  const web = exposures.filter(({ port, cors }) => isGrpc(port) && cors);
  const http = exposures.filter(({ port }) => !isGrpc(port));
  return [
    ...(native.length > 0 ? [{ methods: ['POST'], paths: paths(native) }] : []),
    ...(web.length > 0 ? [{ methods: ['POST', 'OPTIONS'], paths: paths(web) }] : []),
    ...(http.length > 0 ? [{ paths: paths(http) }] : []),
  ];
}

// gRPC clients name the port as well. A pattern has one *, at its beginning or its end.
function authorities(host: string, { tls }: Ingress): string[] {
  if (!host.startsWith('*')) return [host, `${host}:*`];
  return [host, `${host}:${tls ? 443 : 80}`];
}

function isGrpc(port: MeshPort): boolean {
  return port.protocol === PortProtocol.GRPC;
}
