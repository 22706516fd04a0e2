import { MeshError } from './errors';
import type { Cors, Exposure } from './mesh/edge';

/** What an ingress has open, one entry per host and path. Only adds; a contradiction names the first construct. */
export class Exposures {
  private readonly open = new Map<string, { exposure: Exposure; by: string }>();

  /** Opens a path, or adds CORS to an open one. */
  public add(exposure: Exposure, by: string): void {
    const key = `${exposure.host} ${exposure.path}`;
    const known = this.open.get(key);
    if (!known) {
      this.open.set(key, { exposure, by });
      return;
    }
    if (target(known.exposure) !== target(exposure)) throw taken(exposure, target(known.exposure), known.by, by);
    const cors = known.exposure.cors ?? exposure.cors;
    if (exposure.cors && !sameCors(cors, exposure.cors)) throw contradiction(exposure, known.by, by);
    this.open.set(key, { exposure: { ...known.exposure, cors }, by: exposure.cors ? by : known.by });
  }

  /** Everything open, in an order that does not depend on who spoke first. */
  public list(): Exposure[] {
    const entries = [...this.open].sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([, { exposure }]) => exposure);
  }

  /** Whether anything of this host is open. */
  public serves(host: string): boolean {
    return [...this.open.values()].some(({ exposure }) => exposure.host === host);
  }
}

function sameCors(a: Cors | undefined, b: Cors): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function target({ service, port }: Exposure): string {
  return `${service}:${port.port}`;
}

function taken(exposure: Exposure, first: string, by: string, where: string): MeshError {
  const { host, path } = exposure;
  return new MeshError({
    code: 'PathTaken',
    where,
    what: `exposes ${path} of ${target(exposure)} on ${host}, which leads to ${first} already.`,
    why: `${by} exposed it first; of two routes for one path the proxy takes the first and never looks at the second.`,
    fix: "{ host: 'another.example.com' }",
  });
}

function contradiction({ host, path }: Exposure, by: string, where: string): MeshError {
  return new MeshError({
    code: 'ContradictingCors',
    where,
    what: `opens ${path} on ${host} to browsers in another way than ${by} does.`,
    why: 'One route has one CORS policy; of two the proxy would take the first.',
    fix: 'give both the same origins and headers, or expose the RPC on another host',
  });
}
