import type { Manifest } from '../manifests/manifest';
import type { Path } from '../manifests/path';
import type { AuthorizationRule, Bodies } from '../manifests/types';

export type Policy = Manifest<Bodies['security.istio.io/AuthorizationPolicy']>;

/** What a policy can list: the name of its field. */
export type Word =
  | 'principals'
  | 'namespaces'
  | 'serviceAccounts'
  | 'requestPrincipals'
  | 'paths'
  | 'methods'
  | 'hosts'
  | 'ports';

/** One value that a policy lists. There are many, and few are ever reported: where it stands is told when asked. */
export class Said {
  public constructor(
    public readonly object: Policy,
    public readonly value: string,
    /** It stands in `notPaths` or its like. */
    public readonly negated: boolean,
    private readonly list: Path,
    private readonly index: number,
  ) {}

  public get action(): string {
    return this.object.body.spec?.action ?? 'ALLOW';
  }

  /** It is the first of its list: of those that are one mistake together, this one is told. */
  public get isFirst(): boolean {
    return this.index === 0;
  }

  public get path(): Path {
    return [...this.list, this.index];
  }
}

/** Takes every value of a policy, also where a `when` asks for the same thing. */
export function readWords(object: Policy, take: (word: Word, one: Said) => void): void {
  const add = (word: Word, values: readonly string[] | undefined, path: Path, negated: boolean) => {
    for (const [at, value] of (values ?? []).entries()) take(word, new Said(object, value, negated, path, at));
  };
  for (const [index, rule] of (object.body.spec?.rules ?? []).entries()) {
    for (const { clause, words, path } of clausesOf(rule, ['spec', 'rules', index])) {
      for (const [word, negation] of words) {
        if (clause[word]) add(word, clause[word], [...path, word], false);
        if (clause[negation]) add(word, clause[negation], [...path, negation], true);
      }
    }
    for (const [at, { key, values, notValues }] of (rule.when ?? []).entries()) {
      const word = KEYS.get(key);
      if (!word) continue;
      add(word, values, ['spec', 'rules', index, 'when', at, 'values'], false);
      add(word, notValues, ['spec', 'rules', index, 'when', at, 'notValues'], true);
    }
  }
}

interface Clause {
  readonly clause: { readonly [field in string]?: readonly string[] };
  readonly words: readonly (readonly [Word, string])[];
  readonly path: Path;
}

function* clausesOf({ from, to }: AuthorizationRule, path: Path): Iterable<Clause> {
  for (const [at, { source }] of (from ?? []).entries()) {
    yield { clause: fields(source), words: OF_SOURCES, path: [...path, 'from', at, 'source'] };
  }
  for (const [at, { operation }] of (to ?? []).entries()) {
    yield { clause: fields(operation), words: OF_OPERATIONS, path: [...path, 'to', at, 'operation'] };
  }
}

function fields(clause: Clause['clause'] | undefined): Clause['clause'] {
  return clause ?? {};
}

const OF_SOURCES: Clause['words'] = [
  ['principals', 'notPrincipals'],
  ['namespaces', 'notNamespaces'],
  ['serviceAccounts', 'notServiceAccounts'],
  ['requestPrincipals', 'notRequestPrincipals'],
];

const OF_OPERATIONS: Clause['words'] = [
  ['paths', 'notPaths'],
  ['methods', 'notMethods'],
  ['hosts', 'notHosts'],
  ['ports', 'notPorts'],
];

const KEYS: ReadonlyMap<string, Word> = new Map([
  ['source.principal', 'principals'],
  ['source.namespace', 'namespaces'],
  ['source.serviceAccount', 'serviceAccounts'],
  ['request.auth.principal', 'requestPrincipals'],
  ['destination.port', 'ports'],
]);
