import type { Severity } from '../analysis/rule';
import type { ClusterOptions } from '../manifests/cluster';
import { pathText } from '../manifests/path';
import type { Source } from '../manifests/read';
import { partiesOf } from '../simulation/access/parties';
import type { Party } from '../simulation/access/party';
import type { Simulation } from '../simulation/simulation';
import type { Outcome } from '../simulation/verdict';
import { answersTo, explained, explanationLines, outcomeOf } from './answers';
import { callersNamed } from './callers-named';
import { callersOf } from './callers-of';
import { type Checkup, checkup, isAtLeast, isBlinding, type Located } from './checkup';
import { Inquiry } from './inquiry';
import { routed, routeLines, routeTold } from './routed';
import { rpcsNamed } from './rpcs-named';
import { rules } from './rules';
import { type SentFacts, sentBy } from './sent';
import { WrongQuestion } from './wrong-question';

export { didYouMean } from '../manifests/words';

/** Who may call each RPC, by `shop/order Place`; of whom it is not known, with a question mark. */
export type Access = Readonly<Record<string, readonly string[]>>;

/** An answer, and everything that decided it. */
interface Told {
  readonly outcome: Outcome;
  readonly why: string;
}

/** The manifests of a test, and what it claims about them. */
export class MeshUnderTest {
  public static of(sources: readonly Source[], options: ClusterOptions = {}): MeshUnderTest {
    return new MeshUnderTest(Inquiry.of(sources, options));
  }

  private constructor(private readonly inquiry: Inquiry) {}

  /** Whether there is nothing of which anything could be true. What cannot be read is something. */
  public get isEmpty(): boolean {
    const { manifests, problems } = this.inquiry.reading;
    return manifests.length === 0 && !problems.some(isBlinding);
  }

  /** Whether all of these calls get through. */
  public call(caller: string, callee: string, method?: string, carrying: SentFacts = {}): Told {
    const { simulation } = this.readable();
    const rpcs = rpcsNamed(this.inquiry, callee, method);
    const answers = answersTo(simulation, callersNamed(simulation, caller), rpcs, sentBy(carrying));
    const lines = answers.flatMap((answer) => explanationLines(explained(this.inquiry, answer)));
    return { outcome: outcomeOf(answers), why: lines.join('\n') };
  }

  /** Whether any of these calls gets through. */
  public anyCall(caller: string, callee: string, method?: string, carrying: SentFacts = {}): Told {
    const { simulation } = this.readable();
    const { parties } = callersNamed(simulation, caller);
    const rpcs = rpcsNamed(this.inquiry, callee, method);
    const all = answersTo(simulation, { parties, oneIsEnough: false }, rpcs, sentBy(carrying));
    const open = all.filter(({ verdict }) => verdict.outcome !== 'deny');
    const isOpen = open.some(({ verdict }) => verdict.outcome === 'allow');
    const told = open.length > 0 ? open : all;
    return {
      outcome: isOpen ? 'allow' : open.length > 0 ? 'unknown' : 'deny',
      why: told.flatMap((answer) => explanationLines(explained(this.inquiry, answer))).join('\n'),
    };
  }

  /** The routes of an RPC that end it after some time, or of which that is not known; one for each caller. */
  public timeouts(callee: string, method: string): readonly { readonly isCertain: boolean; readonly why: string }[] {
    const { simulation } = this.readable();
    const [rpc] = rpcsNamed(this.inquiry, callee, method);
    const stranger = { name: 'a client of the mesh', caller: { kind: 'principal', principal: '' } } as const;
    return [stranger, ...partiesOf(simulation)].flatMap((party) => {
      const route = routed(simulation, proxied(simulation, party), rpc);
      const isHere = route.destinations.some(({ service }) => service === rpc.service);
      if (route.outcome !== 'unknown' && (!isHere || route.timeout === 'none')) {
        return [];
      }
      const told = routed(simulation, party, rpc);
      const lines = routeLines(routeTold(this.inquiry, told));
      return [{ isCertain: told.outcome !== 'unknown', why: [`${party.name} -> ${rpc.name}`, ...lines].join('\n') }];
    });
  }

  /** What is wrong, as a report prints it, down to a severity. */
  public findings(failOn: Severity): { readonly found: readonly Located[]; readonly milder: readonly Located[] } {
    const { findings }: Checkup = checkup(this.inquiry, rules());
    return {
      found: findings.filter((finding) => isAtLeast(failOn, finding)),
      milder: findings.filter((finding) => !isAtLeast(failOn, finding)),
    };
  }

  /** Every RPC that somebody may call. */
  public access(): Access {
    const rows = callersOf(this.readable().access).map(({ rpc, allowed, unknown }) => {
      return [rpc.name, [...allowed, ...unknown.map((name) => `${name}?`)].sort()] as const;
    });
    return Object.fromEntries(rows.filter(([, callers]) => callers.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** No answer can be trusted while a wall may stand in what could not be read. */
  private readable(): Inquiry {
    const [problem] = this.inquiry.reading.problems.filter(isBlinding);
    if (problem) {
      throw new WrongQuestion(`${problem.source}:${problem.line ?? 1}: ${problem.message} [${problem.code}]`);
    }
    return this.inquiry;
  }
}

/** Where nobody knows whether a client has a proxy: as if it had one, since without it nothing ends its calls. */
function proxied(simulation: Simulation, party: Party): Party {
  const { caller } = party;
  return caller.kind === 'workload' && caller.workload.dataPlane === 'unknown'
    ? { ...party, caller: { ...caller, workload: simulation.guisesOf(caller.workload).meshed } }
    : party;
}

/** The field of a finding, as `kubectl` writes it. */
export function fieldText({ path }: Located): string {
  return pathText(path) || 'all of it';
}

/** A finding as a few lines of text. */
export function findingText(finding: Located): string {
  const { code, severity, message, fix, spot } = finding;
  const remedy = fix === '' ? '' : `\n  fix: ${fix}`;
  return `${spot.source}:${spot.line}  ${severity}  ${code}  ${[finding.object, pathText(finding.path)].join(' ').trim()}\n  ${message}${remedy}`;
}
