import type { HttpMatch, HttpRoute } from '../../manifests/types';
import type { StringMatch } from './string-match';

/**
 * A delegate's route below a route that delegates; `undefined` where a match of it lies in none of the root's, and
 * Istio leaves the route out with a line in its log.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/virtualservice.go (mergeHTTPRoute)
 */
export function delegatedRoute(root: HttpRoute, leaf: HttpRoute): HttpRoute | undefined {
  const match = mergeMatches(root.match ?? [], leaf.match ?? []);
  if (!match) return undefined;
  const { delegate: _, match: __, route: ___, redirect: ____, ...inherited } = root;
  const merged = { ...inherited, ...defined(leaf), match };
  return { ...merged, ...named(root.name, leaf.name) };
}

function mergeMatches(roots: readonly HttpMatch[], leaves: readonly HttpMatch[]): HttpMatch[] | undefined {
  if (roots.length === 0) return [...leaves];
  if (leaves.length === 0) return [...roots];
  const merged: HttpMatch[] = [];
  for (const leaf of leaves) {
    const within = roots.filter((root) => !conflict(root, leaf)).map((root) => mergeMatch(root, leaf));
    if (within.length === 0) return undefined;
    merged.push(...within);
  }
  return merged;
}

function mergeMatch(root: HttpMatch, leaf: HttpMatch): HttpMatch {
  const { ignoreUriCase: _, ...inherited } = root;
  return {
    ...inherited,
    ...defined(leaf),
    headers: { ...root.headers, ...leaf.headers },
    withoutHeaders: { ...root.withoutHeaders, ...leaf.withoutHeaders },
    queryParams: { ...root.queryParams, ...leaf.queryParams },
    sourceLabels: { ...root.sourceLabels, ...leaf.sourceLabels },
    gateways: leaf.gateways?.length ? leaf.gateways : root.gateways,
    ...named(root.name, leaf.name),
  };
}

/** @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/virtualservice.go (hasConflict) */
function conflict(root: HttpMatch, leaf: HttpMatch): boolean {
  const pairs: [StringMatch | undefined, StringMatch | undefined][] = [
    [root.uri, leaf.uri],
    [root.scheme, leaf.scheme],
    [root.method, leaf.method],
    [root.authority, leaf.authority],
  ];
  for (const field of ['headers', 'withoutHeaders', 'queryParams'] as const) {
    for (const [name, match] of Object.entries(leaf[field] ?? {})) pairs.push([root[field]?.[name], match]);
  }
  return (
    pairs.some(([outer, inner]) => outer !== undefined && inner !== undefined && !lies(outer, inner)) ||
    Boolean(root.ignoreUriCase) !== Boolean(leaf.ignoreUriCase) ||
    Boolean(root.port && leaf.port && root.port !== leaf.port) ||
    Boolean(root.sourceNamespace && leaf.sourceNamespace !== root.sourceNamespace) ||
    labelsConflict(root.sourceLabels ?? {}, leaf.sourceLabels ?? {}) ||
    gatewaysConflict(root.gateways ?? [], leaf.gateways ?? [])
  );
}

/** Whether `inner` takes no more than `outer`, as far as Istio compares them. */
function lies(outer: StringMatch, inner: StringMatch): boolean {
  const innerAsks = Boolean(inner.regex || inner.prefix || inner.exact);
  if (outer.regex && innerAsks) return false;
  if (inner.regex && (outer.regex || outer.prefix || outer.exact)) return false;
  if (outer.exact) return !inner.prefix && inner.exact === outer.exact;
  if (outer.prefix && inner.prefix) return inner.prefix.startsWith(outer.prefix);
  if (outer.prefix && inner.exact) return inner.exact.startsWith(outer.prefix);
  return false;
}

function labelsConflict(root: Readonly<Record<string, string>>, leaf: Readonly<Record<string, string>>): boolean {
  return Object.entries(leaf).some(([key, value]) => Object.hasOwn(root, key) && root[key] !== value);
}

function gatewaysConflict(root: readonly string[], leaf: readonly string[]): boolean {
  if (root.length === 0 || leaf.length === 0) return false;
  return root.length < leaf.length || leaf.some((gateway) => !root.includes(gateway));
}

function named(root: string | undefined, leaf: string | undefined): { name?: string } {
  const name = root && leaf ? `${root}-${leaf}` : leaf || root;
  return name ? { name } : {};
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
