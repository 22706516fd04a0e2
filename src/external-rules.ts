import type { Construct } from 'constructs';
import { MeshError } from './errors';
import { reserve } from './kubernetes/claims';
import type { Caller, Operations } from './mesh/parties';
import { variableOf } from './operations';
import { hasRequests } from './service-ports';
import { ExternalTls } from './values/external-tls';
import { type MeshPort, PortProtocol } from './values/mesh-port';
import { type OptOut, type OptOutOptions, optOut } from './values/opt-out';

/** The ports of a host outside: at least one. */
export function reachable(ports: MeshPort[], where: string): MeshPort[] {
  if (ports.length > 0) return ports;
  throw new MeshError({
    code: 'NoPorts',
    where,
    what: 'it has no ports.',
    why: 'A host without ports cannot be called.',
    fix: 'ports: [MeshPort.http(443)]',
  });
}

/** Refuses a host that another construct of the app describes. */
export function soleDescription(external: Construct, host: string, where: string): void {
  const first = reserve(external, `outside ${host}`, where);
  if (first === undefined) return;
  throw new MeshError({
    code: 'HostTaken',
    where,
    what: `${host} is described twice: ${first} is the same host.`,
    why: 'Of two routes and two ways to treat a host a proxy takes one, and which one is decided by their age.',
    fix: `order.calls(${variableOf(first)})   // the one construct for every caller`,
  });
}

/** Refuses a second host for the TCP connections of one caller to a port: they carry no name. */
export function soleTcpExit(
  external: Construct & { readonly host: string },
  { identity: { namespace, serviceAccount } }: Caller,
  operations: Operations[],
  where: string,
): void {
  for (const { port } of operations) {
    if (port.protocol !== PortProtocol.TCP) continue;
    const exit = `exit of ${namespace}/${serviceAccount} by tcp ${port.port}`;
    const first = reserve(external, exit, external.host);
    if (first !== undefined) throw sharedTcpPort(`${namespace}/${serviceAccount}`, port.port, first, where);
  }
}

/** How calls are encrypted, or why they are not. */
export function transport(
  { tls, insecurePlaintext }: { readonly tls?: ExternalTls; readonly insecurePlaintext?: OptOutOptions },
  ports: MeshPort[],
  where: string,
): { readonly tls: ExternalTls; readonly optOuts: OptOut[] } {
  if (tls && insecurePlaintext) throw plaintextWithTls(where);
  const chosen = tls ?? ExternalTls.verified();
  if (insecurePlaintext)
    return { tls: chosen, optOuts: [optOut('insecure-plaintext', insecurePlaintext.reason, where)] };
  if (chosen._ofApplication && hasRequests(ports)) throw encryptedRequests(ports, where);
  return { tls: chosen, optOuts: [] };
}

/** Refuses what needs a gateway on the way out and has none, and what none can pass on. */
export function leavesBy(through: unknown, ports: MeshPort[], secret: string | undefined, where: string): void {
  if (through === undefined) {
    if (secret !== undefined) throw noGateway(secret, where);
    return;
  }
  const tcp = ports.find(({ protocol }) => protocol === PortProtocol.TCP);
  if (tcp) throw nothingToRoute(tcp.port, where);
  if (ports.length > 1) throw severalPorts(ports, where);
}

/** The refusal of a condition for calls of which no proxy of ours is at the other end. */
export function conditionOutside(host: string, where: string): MeshError {
  return new MeshError({
    code: 'ConditionOutside',
    where,
    what: `calls ${host} under a condition, and that host is outside the mesh.`,
    why: 'A condition is asked by the proxy of the server, which has none.',
    fix: 'leave `when` out; put the condition on the calls of the service that calls it',
  });
}

/** The refusal of a caller whose pods have nobody to begin TLS for them. */
export function needsProxy(host: string, where: string): MeshError {
  return new MeshError({
    code: 'NoProxy',
    where,
    what: `calls ${host}, and its pods have no proxy.`,
    why: 'Their proxy would begin the TLS that the host or the gateway asks for: every call would be refused there.',
    fix: 'tls: ExternalTls.ofApplication()   // if the application speaks TLS itself',
  });
}

function plaintextWithTls(where: string): MeshError {
  return new MeshError({
    code: 'PlaintextWithTls',
    where,
    what: 'it has a tls and is plaintext.',
    why: 'One of the two would be lost, and a reader would take the other for granted.',
    fix: 'tls: ExternalTls.verified()',
  });
}

function encryptedRequests(ports: MeshPort[], where: string): MeshError {
  const port = ports.find(({ protocol }) => protocol !== PortProtocol.TCP) as MeshPort;
  return new MeshError({
    code: 'EncryptedRequests',
    where,
    what: `port ${port.port} speaks ${port.protocol}, and the application encrypts it.`,
    why: 'The proxy would wait for a request and be sent a TLS handshake: every call would fail.',
    fix: `ports: [MeshPort.tcp(${port.port})]\nor let the proxy encrypt: tls: ExternalTls.verified()`,
  });
}

function noGateway(secret: string, where: string): MeshError {
  return new MeshError({
    code: 'NoEgressGateway',
    where,
    what: `its TLS needs the Secret '${secret}', and calls leave from the pods of the callers.`,
    why: "istiod hands a Secret to a proxy whose ServiceAccount may list the namespace's Secrets: every caller could read all of them.",
    fix: "through: new EgressGateway(shop, 'egress')",
  });
}

function nothingToRoute(port: number, where: string): MeshError {
  return new MeshError({
    code: 'NothingToRoute',
    where,
    what: `port ${port} speaks tcp, and calls shall leave through an EgressGateway.`,
    why: 'The gateway decides by host and path of a request; a TCP connection has neither.',
    fix: "ports: [MeshPort.http(443)]\nor leave `through` out, and give addresses: ['203.0.113.0/24']",
  });
}

function sharedTcpPort(caller: string, port: number, first: string, where: string): MeshError {
  return new MeshError({
    code: 'SharedTcpPort',
    where,
    what: `${caller} calls port ${port} of it by TCP, and of ${first} as well.`,
    why: 'A TCP connection carries no name: all of them would go to one of the two.',
    fix: "endpoints: ['203.0.113.7']\nor, where the application speaks TLS itself, tls: ExternalTls.ofApplication()",
  });
}

function severalPorts(ports: MeshPort[], where: string): MeshError {
  return new MeshError({
    code: 'SeveralPorts',
    where,
    what: `it has the ports ${ports.map(({ port }) => port).join(' and ')}, and calls shall leave through an EgressGateway.`,
    why: 'All calls arrive at one port of the gateway: which one they were for could not be told any more.',
    fix: 'ports: [MeshPort.http(443)]',
  });
}
