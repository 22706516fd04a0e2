import { didYouMean, MeshError } from './errors';
import type { Operations } from './mesh/parties';
import { httpPath } from './values/http-path';
import { type MeshPort, PortProtocol } from './values/mesh-port';

/** Who asks for operations, and how the line looks that asks: both for the message if there are none. */
export interface Asked {
  readonly where: string;
  /** The line to paste, with the list of operations in it. */
  readonly line: (list: string) => string;
}

/** The port of that name, or the only one. */
export function portNamed(ports: MeshPort[], name: string | undefined, service: string, asked: Asked): MeshPort {
  const names = ports.map((port) => port.name);
  const named = (port: MeshPort) => port.name === name || port.name === `${port.protocol}-${name}`;
  const found = ports.find((port) => (name === undefined ? ports.length === 1 : named(port)));
  if (found) return found;
  throw new MeshError({
    code: 'UnknownPort',
    where: asked.where,
    what: `names ${name === undefined ? 'none of the ports' : `the port '${name}'`} of ${service}.`,
    why:
      names.length === 0
        ? 'It has no ports, so nobody can call it.'
        : `Its ports are: ${names.join(', ')}.${didYouMean(name ?? '', names)}`,
    fix: names.length === 0 ? 'ports: [MeshPort.http(8080)]' : `{ port: '${names[0]}' }`,
  });
}

/** What these words allow on a port that has no RPCs. */
export function portOperations(
  port: MeshPort,
  names: string[] | undefined,
  service: string,
  asked: Asked,
): Operations[] {
  if (names === undefined) return [{ port }];
  refuseEmpty(names, asked);
  if (port.protocol === PortProtocol.HTTP) return [{ port, paths: names.map((name) => httpPath(name, asked.where)) }];
  throw new MeshError({
    code: 'NoOperations',
    where: asked.where,
    what: `asks for '${names[0]}' on port ${port.port} of ${service}, which speaks ${port.protocol}.`,
    why: 'On a TCP port a caller is admitted as a whole; the RPCs of a gRPC port are known to a GrpcService only.',
    fix:
      port.protocol === PortProtocol.TCP
        ? 'leave the list out'
        : `new GrpcService(scope, '${service}', { apis: [...] })`,
  });
}

/** An empty list reads as nothing to some and as everything to others. */
export function refuseEmpty(names: string[], asked: Asked): void {
  if (names.length > 0) return;
  throw new MeshError({
    code: 'NoOperations',
    where: asked.where,
    what: 'the list of operations is empty.',
    why: 'It would allow nothing, or everything, depending on the reader.',
    fix: asked.line("'Charge'"),
  });
}

/** A construct id as the variable that most likely holds the construct. */
export function variable(id: string): string {
  return id.replace(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The variable that most likely holds the construct that messages call so: `coffee-shop/order (GrpcService)`. */
export function variableOf(place: string): string {
  return variable(place.split(' ')[0].split('/').at(-1) ?? place);
}
