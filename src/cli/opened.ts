import type { ClusterOptions } from '../manifests/cluster';
import { pathText } from '../manifests/path';
import type { Problem } from '../manifests/problem';
import { apisDeclared } from '../questions/apis-declared';
import { isBlinding } from '../questions/checkup';
import { Inquiry } from '../questions/inquiry';
import { injectedInVain } from '../questions/namespace-named';
import { isOfGatewayApi, notFollowed } from '../questions/not-followed';
import { WrongQuestion } from '../questions/wrong-question';
import { protosIn, sourcesIn } from './files';
import { Progress } from './progress';
import type { Terminal } from './terminal';

/** Options of every command that reads manifests. */
export interface ReadOptions {
  readonly filename?: readonly string[];
  readonly injected?: readonly string[];
  readonly rootNamespace?: string;
  readonly trustDomain?: string;
  readonly enforceDryRun?: boolean;
  readonly quiet?: boolean;
  /** For RPCs that no manifest names. */
  readonly proto?: readonly string[];
}

/** The manifests that a command asks about, whatever is wrong with them; but not none at all. */
function read(paths: readonly string[], options: ReadOptions, terminal: Terminal): Inquiry {
  const progress = new Progress(terminal);
  const sources = sourcesIn([...paths, ...(options.filename ?? [])], terminal);
  progress.step(`reading the manifests in ${sources.length} files`);
  const inquiry = Inquiry.of(sources, clusterOptions(options), apisDeclared(protosIn(options.proto ?? [])));
  progress.end();
  const { manifests, problems } = inquiry.reading;
  if (manifests.length === 0 && !problems.some(isBlinding)) {
    throw new WrongQuestion(`no object of Kubernetes is in ${shortened(sources.map(({ name }) => name))}`);
  }
  for (const name of options.quiet ? [] : injectedInVain(inquiry, options.injected)) {
    terminal.err(`note: --injected ${name}: nothing is in a namespace of that name\n`);
  }
  return inquiry;
}

/** The manifests that are checked; only the text of that has a place for notes. */
export function checked(
  paths: readonly string[],
  options: ReadOptions & { readonly format: string },
  terminal: Terminal,
): Inquiry {
  const inquiry = read(paths, options, terminal);
  for (const line of options.quiet || options.format === 'text' ? [] : notFollowed(inquiry)) {
    terminal.err(`${line}\n`);
  }
  return inquiry;
}

/**
 * The manifests of a question that only all of them can answer. Refused if some cannot be read; what else is left out
 * is named on standard error, once.
 */
export function opened(paths: readonly string[], options: ReadOptions, terminal: Terminal): Inquiry {
  const inquiry = read(paths, options, terminal);
  refuseBlinding(inquiry);
  note([inquiry], options, terminal);
  return inquiry;
}

/** Two sets of manifests, and what is left out of either. */
export function openedBoth(
  paths: readonly [string, string],
  options: ReadOptions,
  terminal: Terminal,
): readonly [Inquiry, Inquiry] {
  // Of a dry run the question is what it would refuse: enforced after, not before.
  const [before, after] = [{ ...options, enforceDryRun: false }, options].map((given, i) =>
    read([paths[i]], given, terminal),
  );
  refuseBlinding(before);
  refuseBlinding(after);
  note([before, after], options, terminal);
  return [before, after];
}

function refuseBlinding({ reading }: Inquiry): void {
  const [blinding] = reading.problems.filter(isBlinding);
  if (blinding) {
    const { source, line, message, fix, code } = blinding;
    throw new WrongQuestion(`${source}:${line ?? 1}: ${message} [${code}]`, fix);
  }
}

function note(inquiries: readonly Inquiry[], { quiet }: ReadOptions, terminal: Terminal): void {
  for (const line of quiet ? [] : new Set(inquiries.flatMap(notesOn))) {
    terminal.err(`${line}\n`);
  }
}

/** What is not part of the answer. Kinds of Kubernetes itself that no call depends on are not worth a word. */
function notesOn(inquiry: Inquiry): string[] {
  const { reading, cluster } = inquiry;
  const strangers = reading.problems.filter(({ code }) => code === 'NotAnObject');
  const names = [...new Set(strangers.map(({ source }) => source))];
  return [
    ...duplicates(reading.problems),
    ...cluster.malformed.map(({ manifest, problems: [{ path, message }] }) => {
      const field = pathText(path);
      return `note: ${inquiry.place(manifest, path)}: left out, as an API server refuses it: ${field ? `${field}: ` : ''}${message}`;
    }),
    ...(names.length > 0 ? [`note: no objects of Kubernetes, left out: ${shortened(names)}`] : []),
    ...unreadKinds(inquiry, isForeign),
    ...notFollowed(inquiry),
  ];
}

/** The same folder twice, as an app's output beside a copy of it, is one mistake and not a hundred. */
function duplicates(problems: readonly Problem[]): string[] {
  const twice = problems.filter(({ code }) => code === 'DuplicateObject');
  const lines = twice.map(({ source, line, message }) => `note: ${source}:${line}: ${message}; the later one counts`);
  return lines.length > FEW
    ? [...lines.slice(0, FEW), `note: ${lines.length - FEW} more objects are there twice; the later ones count`]
    : lines;
}

/** Which kinds nobody looked into, and how many objects each has: one line, or none. */
export function unreadKinds({ cluster }: Inquiry, isMeant: (kind: string) => boolean = () => true): string[] {
  const kinds = [...cluster.unreadKinds]
    .filter(([kind]) => isMeant(kind) && !isOfGatewayApi(kind))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const counted = kinds.map(([kind, count]) => `${count} ${kind}`);
  return counted.length > 0 ? [`note: no answer depends on these, not looked into: ${counted.join(', ')}`] : [];
}

/** A resource that somebody defined: who knows what it does. */
function isForeign(kind: string): boolean {
  const [group] = kind.split('/', 1);
  return group !== kind && group.includes('.') && !group.endsWith('.k8s.io');
}

const FEW = 5;

function shortened(names: readonly string[]): string {
  return names.length > FEW ? `${names.slice(0, FEW).join(', ')} and ${names.length - FEW} more` : names.join(', ');
}

function clusterOptions({ injected, rootNamespace, trustDomain, enforceDryRun }: ReadOptions): ClusterOptions {
  return {
    ...(injected && { injected }),
    dryRunEnforced: enforceDryRun ?? false,
    mesh: { ...(rootNamespace !== undefined && { rootNamespace }), ...(trustDomain !== undefined && { trustDomain }) },
  };
}
