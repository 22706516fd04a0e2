import { MeshError } from './errors';
import { type MeshPort, PortProtocol } from './values/mesh-port';
import { type TrafficPolicy, type TrafficSettings, trafficSettings } from './values/traffic-policy';

/** The ports of a service: told apart by name and number, none of the proxy's own, and none a side door to another. */
export function servicePorts(ports: MeshPort[], reserved: number[], where: string): MeshPort[] {
  refuseTwins(ports, where);
  refuseReserved(ports, reserved, where);
  refuseSideDoors(ports, where);
  return [...ports];
}

/** Whether any of these ports takes requests, and not only connections. */
export function hasRequests(ports: MeshPort[]): boolean {
  return ports.some(({ protocol }) => protocol !== PortProtocol.TCP);
}

/** How callers treat these ports, unless nobody would ever read it. */
export function tunedTraffic(policy: TrafficPolicy | undefined, ports: MeshPort[], where: string): TrafficSettings {
  if (policy === undefined || hasRequests(ports)) return trafficSettings(policy ?? {}, where);
  throw new MeshError({
    code: 'NothingToTune',
    where,
    what: 'it has a trafficPolicy, but no gRPC or HTTP port.',
    why: 'What callers do is decided call by call; a TCP connection has no calls, and a service without ports no callers.',
    fix: 'ports: [MeshPort.http(8080)]',
  });
}

/**
 * Refuses ports that lead to one port of the container, unless both are of HTTP or both of TCP: by one a caller
 * could do what only the other allows.
 */
function refuseSideDoors(ports: MeshPort[], where: string): void {
  const pairs = ports.flatMap((second, i) => ports.slice(0, i).map((first) => ({ first, second })));
  const found = pairs.find(
    ({ first, second }) => first.containerPort === second.containerPort && !twins(first, second),
  );
  if (!found) return;
  const { first, second } = found;
  throw new MeshError({
    code: 'SharedContainerPort',
    where,
    what: `its ports '${first.name}' and '${second.name}' both lead to port ${second.containerPort} of the container.`,
    why: 'Policies decide at the port of the container: whoever may use the one could do everything that the other one allows by RPC or path.',
    fix: `MeshPort.${second.protocol}(${second.port}, { containerPort: ${second.containerPort === 8080 ? 8081 : 8080} })`,
  });
}

// One protocol is decided in one way, by path or as a whole; RPCs are known on one port only.
function twins(first: MeshPort, second: MeshPort): boolean {
  return first.protocol === second.protocol && first.protocol !== PortProtocol.GRPC;
}

function refuseTwins(ports: MeshPort[], where: string): void {
  const twice = ports.find((port, i) => ports.findIndex((p) => p.name === port.name || p.port === port.port) !== i);
  if (!twice) return;
  throw new MeshError({
    code: 'DuplicatePort',
    where,
    what: `two ports have the name '${twice.name}' or the number ${twice.port}.`,
    why: 'A Service tells its ports apart by name and by number.',
    fix: `MeshPort.${twice.protocol}(${twice.port}, { name: 'admin' })`,
  });
}

function refuseReserved(ports: MeshPort[], reserved: number[], where: string): void {
  const taken = ports.find(({ containerPort }) => reserved.includes(containerPort));
  if (!taken) return;
  throw new MeshError({
    code: 'ReservedPort',
    where,
    what: `its container would listen on port ${taken.containerPort}, which its proxy has for itself.`,
    why: 'The two would fight for the port, or calls would end in the proxy.',
    fix: `MeshPort.${taken.protocol}(${taken.port}, { containerPort: 8080 })`,
  });
}
