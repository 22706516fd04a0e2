import type { Construct } from 'constructs';
import { MeshError } from './errors';
import { reserve } from './kubernetes/claims';
import type { Pods } from './mesh/parties';
import { variableOf } from './operations';
import { gatewayHost, hostRoutesName } from './values/names';

const MAX_OBJECT_NAME = 253;

/** The hosts of an ingress, each one that a Gateway can serve. */
export function hostsOf(ingress: string, hosts: string[], where: string): string[] {
  const twice = hosts.find((name, i) => hosts.indexOf(name) !== i);
  if (hosts.every((name) => name.trim() !== '') && twice === undefined)
    return hosts.map((name) => nameable(ingress, gatewayHost(name, where), where));
  throw new MeshError({
    code: twice === undefined ? 'EmptyHosts' : 'DuplicateHost',
    where,
    what: twice === undefined ? 'a host is empty.' : `the host '${twice}' is listed twice.`,
    why: 'A Gateway without hosts is refused, and one host can have one certificate and one set of routes.',
    fix: "host: 'api.example.com'",
  });
}

/** Reserves the hosts at a port of the gateway pods, in the whole app. */
export function claimHosts(ingress: Construct, hosts: string[], port: number, pods: Pods, where: string): void {
  for (const host of hosts) {
    const listener = JSON.stringify([pods.namespace, Object.entries(pods.labels).sort(), port, host]);
    const first = reserve(ingress, `listener ${listener}`, where);
    if (first !== undefined) throw hostTaken(host, first, where);
  }
}

// The routes of a host are an object called after the ingress and the host.
function nameable(ingress: string, host: string, where: string): string {
  const { length } = hostRoutesName(ingress, host);
  if (length <= MAX_OBJECT_NAME) return host;
  throw new MeshError({
    code: 'NameTooLong',
    where,
    what: `the host '${host}' has ${host.length} characters.`,
    why: `Its routes would be called '${ingress}-<host>', ${length} characters; Kubernetes takes names of at most ${MAX_OBJECT_NAME}.`,
    fix: "host: 'api.example.com'",
  });
}

function hostTaken(host: string, first: string, where: string): MeshError {
  return new MeshError({
    code: 'HostTaken',
    where,
    what: `serves ${host} at the same gateway pods as ${first}.`,
    why: 'Of two Gateways with one host the pods take the older and drop the other, with its certificate.',
    fix: `${variableOf(first)}.expose(order, ['PlaceOrder'])   // on the first ingress\nor another host or gateway: gateway: GatewayWorkload.own()`,
  });
}
