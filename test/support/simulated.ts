import type { ClusterOptions } from '../../src/manifests/cluster';
import { authorize, type Verdict } from '../../src/simulation/authorize';
import type { Call } from '../../src/simulation/call';
import type { Caller } from '../../src/simulation/caller';
import { Simulation } from '../../src/simulation/simulation';
import { clusterOf, serviceAt, workloadAt } from './cluster-of';

export interface Ask extends Omit<Partial<Call>, 'from' | 'to' | 'port'> {
  /** A workload; a principal, if it has four slashes; `nobody` for a client without identity. */
  readonly from: string;
  /** A service, and its port if it has several: `order:8080`. */
  readonly to: string;
}

/** A cluster to ask questions of. */
export class Simulated {
  public readonly simulation: Simulation;

  public constructor(yaml: string, options?: ClusterOptions) {
    this.simulation = Simulation.of(clusterOf(yaml, options));
  }

  public ask({ from, to, ...rest }: Ask): Verdict {
    const { cluster } = this.simulation;
    const [host, number] = to.split(':');
    const service = serviceAt(cluster, host);
    const port = service.ports.find((it) => number === undefined || it.number === Number(number));
    if (!port) throw new Error(`${host} has no port ${number}`);
    return authorize(this.simulation, {
      path: '/shop.Order/Place',
      ...rest,
      from: this.caller(from),
      to: service,
      port,
    });
  }

  private caller(name: string): Caller {
    if (name === 'nobody') return { kind: 'plaintext' };
    if (name.split('/').length === 5) return { kind: 'principal', principal: name };
    return { kind: 'workload', workload: workloadAt(this.simulation.cluster, name) };
  }
}

/** One word for an answer, with the status if it is a refusal: `allow`, `deny 7`, `unknown`. */
export function wordFor({ outcome, grpcStatus }: Verdict): string {
  return outcome === 'deny' ? `deny ${grpcStatus}` : outcome;
}
