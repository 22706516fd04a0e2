import type { Cluster } from '../manifests/cluster';
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

/** One value that a policy lists. */
export interface Said {
  readonly object: Policy;
  readonly action: string;
  readonly value: string;
  readonly path: Path;
  /** It stands in `notPaths` or its like. */
  readonly negated: boolean;
}

const WORDS: Readonly<Record<Word, readonly [where: 'source' | 'operation', negation: string, key?: string]>> = {
  principals: ['source', 'notPrincipals', 'source.principal'],
  namespaces: ['source', 'notNamespaces', 'source.namespace'],
  serviceAccounts: ['source', 'notServiceAccounts', 'source.serviceAccount'],
  requestPrincipals: ['source', 'notRequestPrincipals', 'request.auth.principal'],
  paths: ['operation', 'notPaths'],
  methods: ['operation', 'notMethods'],
  hosts: ['operation', 'notHosts'],
  ports: ['operation', 'notPorts', 'destination.port'],
};

/** Every value of a field in every AuthorizationPolicy, also where a `when` asks for the same thing. */
export function* said(cluster: Cluster, word: Word): Iterable<Said> {
  for (const object of cluster.objects('security.istio.io/AuthorizationPolicy')) {
    const action = object.body.spec?.action ?? 'ALLOW';
    for (const [index, rule] of (object.body.spec?.rules ?? []).entries()) {
      for (const { values, path, negated } of listsIn(rule, word)) {
        for (const [at, value] of values.entries()) {
          yield { object, action, value, path: ['spec', 'rules', index, ...path, at], negated };
        }
      }
    }
  }
}

interface List {
  readonly values: readonly string[];
  readonly path: Path;
  readonly negated: boolean;
}

function* listsIn(rule: AuthorizationRule, word: Word): Iterable<List> {
  const [where, negation, key] = WORDS[word];
  const clauses: readonly Clause[] =
    where === 'source' ? (rule.from ?? []).map(({ source }) => source ?? {}) : (rule.to ?? []).map(operationOf);
  const field = where === 'source' ? 'from' : 'to';
  for (const [at, clause] of clauses.entries()) {
    for (const [name, negated] of [
      [word, false],
      [negation, true],
    ] as const) {
      const values = clause[name];
      if (values?.length) yield { values, path: [field, at, where, name], negated };
    }
  }
  if (key === undefined) return;
  for (const [at, condition] of (rule.when ?? []).entries()) {
    if (condition.key !== key) continue;
    yield { values: condition.values ?? [], path: ['when', at, 'values'], negated: false };
    yield { values: condition.notValues ?? [], path: ['when', at, 'notValues'], negated: true };
  }
}

type Clause = { readonly [field in string]?: readonly string[] };

function operationOf({ operation }: NonNullable<AuthorizationRule['to']>[number]): Clause {
  return operation ?? {};
}
