import { MeshError } from './errors';
import { type MeshPort, PortProtocol } from './values/mesh-port';

/**
 * Refuses ports that lead to one port of the container, unless both are of HTTP or both of TCP: by one a caller
 * could do what only the other allows.
 */
export function refuseSideDoors(ports: MeshPort[], where: string): void {
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
