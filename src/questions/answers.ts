import type { Manifest } from '../manifests/manifest';
import type { Path } from '../manifests/path';
import { pathText } from '../manifests/path';
import { ask } from '../simulation/access/access-matrix';
import type { Party } from '../simulation/access/party';
import type { Rpc } from '../simulation/access/rpc';
import type { Verdict } from '../simulation/authorize';
import type { Sent } from '../simulation/call';
import type { Simulation } from '../simulation/simulation';
import type { Outcome } from '../simulation/verdict';
import type { Callers } from './callers-named';
import { grpcStatusName } from './grpc-status-name';
import type { Inquiry } from './inquiry';

/** What becomes of one RPC of one caller. */
export interface Answer {
  readonly party: Party;
  readonly rpc: Rpc;
  readonly verdict: Verdict;
}

/** Every caller and every RPC. Of several ways in, those that let a call through are told, if there are any. */
export function answersTo(
  simulation: Simulation,
  { parties, oneIsEnough }: Callers,
  rpcs: readonly Rpc[],
  sent?: Sent,
): Answer[] {
  return rpcs.flatMap((rpc) => {
    const all = parties.map((party) => ({ party, rpc, verdict: ask(simulation, party, rpc, sent) }));
    const open = all.filter(({ verdict }) => verdict.outcome === 'allow');
    return oneIsEnough && open.length > 0 ? open : all;
  });
}

/** The worst of all answers. */
export function outcomeOf(answers: readonly Answer[]): Outcome {
  const outcomes = answers.map(({ verdict }) => verdict.outcome);
  return outcomes.includes('deny') ? 'deny' : outcomes.includes('unknown') ? 'unknown' : 'allow';
}

/** An answer with all that it rests on, for people and for programs. */
export interface Explanation {
  readonly caller: string;
  readonly callee: string;
  readonly path?: string;
  readonly outcome: Outcome;
  /** What a gRPC client sees of a refusal. */
  readonly grpcStatus?: string;
  readonly reasons: readonly Told[];
  /** Rules that would have let it through, and what the call lacked. */
  readonly nearMisses: readonly Told[];
  /** What would settle an unknown. */
  readonly missing: readonly string[];
}

/** A sentence, and the lines of YAML that it is about. */
export interface Told {
  readonly text: string;
  readonly object?: string;
  readonly field?: string;
  readonly place?: string;
}

export function explained(inquiry: Inquiry, { party, rpc, verdict }: Answer): Explanation {
  const { outcome, grpcStatus, reasons, nearMisses, missing } = verdict;
  return {
    caller: party.name,
    callee: rpc.name,
    ...(rpc.path !== undefined && { path: rpc.path }),
    outcome,
    ...(outcome === 'deny' && grpcStatus !== undefined && { grpcStatus: grpcStatusName(grpcStatus) }),
    reasons: reasons.map(({ text, object, path }) => ({ text, ...(object && where(inquiry, object, path)) })),
    nearMisses: nearMisses().map(({ object, path, lacks }) => ({
      text: lacks.join('; '),
      ...where(inquiry, object, path),
    })),
    missing,
  };
}

/** How a report names an object, one of its fields, and the lines where it stands. */
export function where(inquiry: Inquiry, object: Manifest<unknown>, path: Path = []): Omit<Told, 'text'> {
  const place = object.namespace ? `${object.namespace}/${object.name}` : object.name;
  return {
    object: `${object.kind} ${place}`,
    ...(path.length > 0 && { field: pathText(path) }),
    place: inquiry.place(object, path),
  };
}

/** An explanation as lines of text, the first of them the answer. */
export function explanationLines(told: Explanation): string[] {
  const { caller, callee, outcome, grpcStatus, reasons, nearMisses, missing } = told;
  const sees = grpcStatus ? [`  ${caller} sees ${grpcStatus}`] : [];
  return [
    `${WORDS[outcome]}: ${caller} -> ${callee}`,
    ...sees,
    ...reasons.flatMap((reason) => toldLines('because', reason)),
    ...nearMisses.slice(0, NEAREST).flatMap((miss) => toldLines('nearly', miss)),
    ...missing.map((fact) => `  ${'missing'.padEnd(8)} ${fact}`),
  ];
}

const NEAREST = 3;

const WORDS: Readonly<Record<Outcome, string>> = { allow: 'yes', deny: 'no', unknown: 'unknown' };

function toldLines(label: string, { text, object, field, place }: Told): string[] {
  const about = [object, field].filter((word) => word !== undefined).join(' ');
  return [`  ${label.padEnd(8)} ${text}`, ...(object ? [`  ${''.padEnd(8)} ${about}  ${place}`] : [])];
}
