import { type MeshPort, PortProtocol } from '../../values/mesh-port';
import type { Exposure, Ingress } from '../edge';
import type { Admission, Decision, Identity, Operations, PlaintextOpening } from '../parties';
import type { Service } from '../service';
import { authorities } from './authority';
import { conditions } from './conditions';
import { policyPath } from './path';
import type { AuthorizationPolicySpec, AuthorizationRule, AuthorizationTarget } from './types';

/** No rule at all: nobody is admitted by this policy, and others may still admit. A DENY could never be overridden. */
export const allowNothing: AuthorizationPolicySpec = {};

/** Who may do what on this service, one rule per caller; two, if it uses a TCP port beside others. */
export function servicePolicy(service: Service, trustDomain: string): AuthorizationPolicySpec {
  // Who has no certificate never shows the name: a rule would admit whatever else runs under that ServiceAccount.
  const shown = service.admissions.filter(({ caller }) => !caller?.isOutside);
  const rules = shown.flatMap(byTransport).map((admission) => admissionRule(admission, trustDomain));
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
        to: targets.map((operation) => ({
          operation: { hosts: authorities(host, ingress.tls ? 443 : 80), ...operation },
        })),
      })),
  };
}

// At a TCP port Istio drops every ALLOW rule that names a method or a path anywhere, and with it what it says of TCP.
function byTransport({ caller, operations, when }: Admission): Admission[] {
  const isTcp = ({ port }: Operations) => port.protocol === PortProtocol.TCP;
  const parts = [operations.filter((it) => !isTcp(it)), operations.filter(isTcp)];
  return parts.filter((part) => part.length > 0).map((part) => ({ caller, operations: part, when }));
}

function admissionRule({ caller, operations, when = [] }: Admission, trustDomain: string): AuthorizationRule {
  const principal = caller ? principalOf(caller.identity, trustDomain) : '*';
  return {
    from: [{ source: { principals: [principal] } }],
    to: operations.map(target),
    ...(when.length > 0 && { when: conditions(when) }),
  };
}

/** What callers without an identity may do; those with one have rules of their own. */
export function plaintextPolicy({ pods, operations }: PlaintextOpening): AuthorizationPolicySpec {
  return {
    selector: { matchLabels: pods.labels },
    action: 'ALLOW',
    rules: [{ from: [{ source: { notPrincipals: ['*'] } }], to: operations.map(target) }],
  };
}

/** What is decided beside the list of callers: a DENY before it, a CUSTOM before that. */
export function decisionPolicy(decision: Decision, trustDomain: string): AuthorizationPolicySpec {
  const { pods, action, operations, callers, except, when } = decision;
  const source = {
    ...(callers.length > 0 && { principals: callers.map((caller) => principalOf(caller, trustDomain)) }),
    ...(except.length > 0 && { notPrincipals: except.map((caller) => principalOf(caller, trustDomain)) }),
  };
  const rule = {
    ...(Object.keys(source).length > 0 && { from: [{ source }] }),
    // Every operation has its port: what HTTP alone knows Istio would leave out at the ports of TCP, and keep the rest.
    to: operations.map(({ port, paths }) => ({
      operation: { ports: [String(port.containerPort)], ...(paths && { paths: paths.map(policyPath) }) },
    })),
    ...(when.length > 0 && { when: conditions(when) }),
  };
  const selector = { matchLabels: pods.labels };
  if ('ask' in action) return { selector, action: 'CUSTOM', provider: { name: action.ask }, rules: [rule] };
  return { selector, action: 'deny' in action ? 'DENY' : 'AUDIT', rules: [rule] };
}

// principals and not serviceAccounts: the latter would admit the same name in any trust domain.
export function principalOf({ namespace, serviceAccount, trustDomain }: Identity, own: string): string {
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

function isGrpc(port: MeshPort): boolean {
  return port.protocol === PortProtocol.GRPC;
}
