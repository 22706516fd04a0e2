import type { Json, Rule } from './arbitrary';
import { traitsOf } from './probes';
import type { Finding } from './rounds';

/** How many questions were asked, under rules that say something with which fields, and what came of them. */
export class Coverage {
  public decisions = 0;
  public agreed = 0;
  public unknown = 0;
  /** Questions to which the mesh gave another answer when asked once more. */
  public wavering = 0;
  private readonly byAnswer = new Map<string, number>();
  private readonly byMissing = new Map<string, number>();
  private readonly byField = new Map<string, number>();

  /** Of rules those that a cluster has taken. */
  public add(rules: readonly Rule[], findings: readonly Finding[]): void {
    for (const { probe, comparison, wavered } of findings) {
      this.decisions += 1;
      if (wavered) this.wavering += 1;
      if (comparison.kind === 'agreed') {
        this.agreed += 1;
        count(this.byAnswer, `${probe.way} ${probe.speaks} ${comparison.outcome}`);
      }
      if (comparison.kind === 'unknown') {
        this.unknown += 1;
        for (const missing of comparison.missing) count(this.byMissing, missing.replaceAll(/\b[a-z-]+\/r\d+\b/g, 'N'));
      }
    }
    for (const field of fieldsOf(rules)) count(this.byField, field, findings.length);
    for (const { probe } of findings) {
      for (const trait of traitsOf(probe)) count(this.byField, trait);
    }
  }

  public get summary(): string {
    return `${this.decisions} decisions, ${this.agreed} agreed, ${this.unknown} unknown, ${this.wavering} asked twice`;
  }

  public get lines(): readonly string[] {
    return [
      'answers:',
      ...sorted(this.byAnswer),
      'what the simulation missed:',
      ...sorted(this.byMissing),
      'decisions under rules, and of calls, with:',
      ...sorted(this.byField),
    ];
  }

  /** The fields that rules have had, as `AuthorizationPolicy rules.from.source.principals`, and the traits of calls. */
  public get fields(): ReadonlySet<string> {
    return new Set(this.byField.keys());
  }
}

/** What rules say something with. */
export function fieldsOf(rules: readonly Rule[]): ReadonlySet<string> {
  return new Set(rules.flatMap(({ kind, spec }) => fieldsIn(spec, [kind])));
}

function fieldsIn(value: Json, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsIn(item, path));
  if (typeof value === 'object') return Object.entries(value).flatMap(([field, it]) => fieldsIn(it, [...path, field]));
  const [kind, ...fields] = path;
  const isWord = ['mode', 'action', 'key', 'status'].includes(fields.at(-1) ?? '');
  return [`${kind} ${fields.join('.')}${isWord ? `=${value}` : ''}`];
}

function sorted(counts: ReadonlyMap<string, number>): string[] {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, times]) => `${String(times).padStart(8)} ${what}`);
}

function count(counts: Map<string, number>, what: string, times = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + times);
}
