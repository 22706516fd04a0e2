import type { Exposure, TokenGuard } from './mesh/edge';
import { type MeshPort, PortProtocol } from './values/mesh-port';

/** One path of one port of one service. */
export interface GuardedPath {
  /** Host name of the service inside the cluster. */
  readonly service: string;
  readonly port: MeshPort;
  /** A trailing slash means everything below. */
  readonly path: string;
}

/** A path, and a claim that it wants. */
export interface ClaimedPath extends GuardedPath {
  readonly claim: { readonly name: string; readonly values: string[] };
}

/** What wants a token at a service: every port of requests, but for what is public. */
export function guardsOfService(ports: MeshPort[], open: GuardedPath[], claimed: ClaimedPath[]): TokenGuard[] {
  const all = ports.filter(({ protocol }) => protocol !== PortProtocol.TCP);
  return [
    ...all.map(({ containerPort }) => ({
      containerPort,
      path: '/',
      except: distinct(open.filter(({ port }) => port.containerPort === containerPort).map(({ path }) => path)),
      preflights: false,
    })),
    ...claimed.map(({ port: { containerPort }, path, claim }) => ({
      containerPort,
      path,
      except: [],
      preflights: false,
      claim,
    })),
  ].filter(({ path, except }) => !except.includes(path));
}

/** What wants a token at an ingress: whatever is exposed, but for what is public. */
export function guardsOfIngress(exposures: Exposure[], open: GuardedPath[], claimed: ClaimedPath[]): TokenGuard[] {
  const hosts = distinct(exposures.map(({ host }) => host));
  return hosts.flatMap((host) => {
    const here = exposures.filter((exposure) => exposure.host === host);
    // A public path counts where its service has it open, and not where another service took it.
    const openHere = open.filter(({ service, path }) => governing(here, path)?.service === service);
    const guarded = here.filter(
      ({ service, path }) => !openHere.some((it) => it.service === service && covers(it.path, path)),
    );
    return [
      ...guarded.map(({ path, cors }) => ({
        host,
        path,
        except: distinct(openHere.filter((it) => covers(path, it.path)).map((it) => it.path)),
        preflights: cors !== undefined,
      })),
      ...claimed
        .filter(({ service }) => here.some((exposure) => exposure.service === service))
        .map(({ service, path, claim }) => ({
          host,
          path,
          except: [],
          preflights: here.some((it) => it.service === service && it.cors !== undefined && covers(path, it.path)),
          claim,
        })),
    ];
  });
}

/** Whether calls of this path come through an ingress that has these open, on any of its hosts. */
export function isExposed(exposures: Exposure[], { service, port, path }: GuardedPath): boolean {
  const ofPort = exposures.filter((it) => it.service === service && it.port.containerPort === port.containerPort);
  return ofPort.some((it) => covers(it.path, path) || covers(path, it.path));
}

// The routes of a host go from the most specific path to the least.
function governing(exposures: Exposure[], path: string): Exposure | undefined {
  return exposures.filter((it) => covers(it.path, path)).sort((a, b) => b.path.length - a.path.length)[0];
}

function covers(wide: string, narrow: string): boolean {
  return wide === narrow || (wide.endsWith('/') && narrow.startsWith(wide));
}

function distinct(values: string[]): string[] {
  return [...new Set(values)].sort();
}
