import { authorize, type Verdict } from '../authorize';
import type { Sent } from '../call';
import { authorizeEdge } from '../edge';
import type { Simulation } from '../simulation';
import { deny, type Outcome } from '../verdict';
import { admissible } from './admissible';
import { DivertedHosts } from './diverted-hosts';
import { afterTrustDomain, partiesOf } from './parties';
import type { Party } from './party';
import type { Rpc } from './rpc';
import { type Apis, rpcsOf } from './rpcs';

/** One pair that is not a plain refusal. */
export interface Cell {
  readonly party: Party;
  readonly rpc: Rpc;
  readonly outcome: Outcome;
}

/**
 * Who may call what: every party and every RPC that the manifests name. What it does not list is refused.
 */
export class AccessMatrix {
  public static of(simulation: Simulation, apis?: Apis): AccessMatrix {
    return new AccessMatrix(partiesOf(simulation), rpcsOf(simulation, apis), simulation);
  }

  /** The pairs that are allowed or unknown, by RPC and then by party. */
  public readonly cells: readonly Cell[];
  private readonly outcomes = new Map<Rpc, Map<Party, Outcome>>();
  private readonly byName: ReadonlyMap<string, Party>;

  private constructor(
    public readonly parties: readonly Party[],
    public readonly rpcs: readonly Rpc[],
    private readonly simulation: Simulation,
  ) {
    const cells: Cell[] = [];
    const askFor = admissibleParties(parties, simulation);
    for (const rpc of rpcs) {
      const column = new Map<Party, Outcome>();
      for (const party of askFor(rpc)) {
        const { outcome } = ask(simulation, party, rpc);
        if (outcome !== 'deny') {
          column.set(party, outcome);
          cells.push({ party, rpc, outcome });
        }
      }
      this.outcomes.set(rpc, column);
    }
    this.cells = cells;
    this.byName = new Map(parties.map((party) => [party.name, party]));
  }

  public outcome(party: Party, rpc: Rpc): Outcome {
    return this.outcomes.get(rpc)?.get(party) ?? 'deny';
  }

  /** What these manifests say of a pair that others name; who or what is not here at all is refused. */
  public outcomeOf(party: string, { service: { host }, port, path }: Rpc): Outcome {
    const service = this.simulation.cluster.services.get(host);
    const own = service?.ports.find(({ number }) => number === port.number);
    const caller = this.byName.get(party);
    return service && own && caller
      ? ask(this.simulation, caller, { service, port: own, path, name: '' }).outcome
      : 'deny';
  }
}

/** The answer for one pair, with its reasons. */
export function ask(simulation: Simulation, party: Party, rpc: Rpc, sent: Sent = {}): Verdict {
  const { service: to, port, path } = rpc;
  if (party.caller.kind !== 'outside') {
    return authorize(simulation, { from: party.caller, to, port, path, ...sent });
  }
  const verdict = authorizeEdge(simulation, { ...party.caller.door, path: path ?? '/', ...sent });
  const { route } = verdict;
  const { gateway } = party.caller.door;
  if (route?.outcome === 'unknown' && !simulation.routes.mayLeadTo(to, { kind: 'gateway', gateway })) {
    const text = `no route that is attached to the Gateway names ${to.host}`;
    return { ...deny([...route.reasons, { layer: 'route', text }]), route, arrivals: [] };
  }
  if (route?.outcome !== 'routed' || route.destinations.some(({ service }) => service === to)) {
    return verdict;
  }
  // Wherever it gets through to, it is not here: what nobody knows of that place does not matter.
  const text = `it goes to ${route.destinations.map(({ host }) => host).join(' or ')}, not to ${to.host}`;
  return { ...deny([...route.reasons, { layer: 'route', text }]), route, arrivals: verdict.arrivals };
}

function isProxied({ caller }: Party): boolean {
  return caller.kind === 'workload' && caller.workload.dataPlane !== 'none';
}

/** The parties whom an RPC may let in, in the order of all parties. */
function admissibleParties(parties: readonly Party[], simulation: Simulation): (rpc: Rpc) => readonly Party[] {
  const byIdentity = new Map<string, Party[]>();
  const outside = parties.filter(({ caller }) => caller.kind === 'outside');
  for (const party of parties) {
    const { caller } = party;
    if (caller.kind === 'workload' || caller.kind === 'principal') {
      const principal = caller.kind === 'workload' ? caller.workload.principal : caller.principal;
      const identity = afterTrustDomain(principal);
      byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), party]);
    }
  }
  const diverted = new DivertedHosts(simulation.cluster);
  const memo = new Map<Rpc['service'], readonly Party[]>();
  return ({ service }) => {
    const known = memo.get(service);
    if (known) {
      return known;
    }
    const named = diverted.has(service.host) ? 'anyone' : admissible(simulation, service);
    const all =
      named === 'anyone' ? parties : [...[...named].flatMap((identity) => byIdentity.get(identity) ?? []), ...outside];
    // No policy of a host outside names its callers. Where pods without a proxy get to, the network alone decides.
    const found = service.external ? parties.filter(isProxied) : all;
    memo.set(service, found);
    return found;
  };
}
