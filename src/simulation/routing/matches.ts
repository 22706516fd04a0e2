import { hasLabels } from '../../manifests/selectors';
import type { HttpMatch } from '../../manifests/types';
import { claimMatches, claimNamed } from './claim-match';
import type { HttpRequest } from './http-request';
import type { ProxyNode } from './proxy-node';
import { type StringMatch, type StringMatcher, stringMatcher } from './string-match';

/** `true`, or why not, or which fact decides. */
export type MatchOutcome = true | Unmatched | Undecided;

export interface Unmatched {
  readonly why: string;
}

export interface Undecided {
  readonly missing: string;
}

type Condition = (request: HttpRequest) => MatchOutcome;

/**
 * One `match` of an HTTP route, which holds if all that it asks does; a route without any has one that asks nothing.
 */
export class RouteMatch {
  /** Whether every request passes it; at a gateway such routes come last, and nothing is read after one. */
  public readonly catchAll: boolean;
  private compiled: readonly Condition[] | undefined;

  public constructor(private readonly match: HttpMatch = {}) {
    this.catchAll = isCatchAll(match);
  }

  /**
   * Why istiod leaves the match out of what it tells a proxy; `true` where it does not.
   *
   * Where `gateways` is there, it alone decides: labels and namespace of the source are not looked at.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (sourceMatchHTTP)
   */
  public concerns(proxy: ProxyNode, port: number, gateway: string): MatchOutcome {
    const { gateways = [], sourceLabels = {}, sourceNamespace } = this.match;
    if (this.match.port && this.match.port !== port) return { why: `the port is ${port}, not ${this.match.port}` };
    if (gateways.length > 0) {
      return gateways.includes(gateway) || { why: `it is for ${gateways.join(', ')}, not for ${gateway}` };
    }
    if (Object.keys(sourceLabels).length > 0) {
      if (!proxy.labels) return { missing: 'the labels of the client' };
      if (!hasLabels(proxy.labels, sourceLabels)) return { why: `the client's labels are not ${words(sourceLabels)}` };
    }
    if (sourceNamespace) {
      if (proxy.namespace === undefined) return { missing: 'the namespace of the client' };
      const why = `the client's namespace is ${proxy.namespace}, not ${sourceNamespace}`;
      return sourceNamespace === proxy.namespace || { why };
    }
    return true;
  }

  /** Whether a request passes. One condition that certainly fails outweighs those that nobody can tell. */
  public test(request: HttpRequest): MatchOutcome {
    this.compiled ??= conditionsOf(this.match);
    let outcome: MatchOutcome = true;
    for (const condition of this.compiled) {
      const found = condition(request);
      if (found === true) continue;
      if ('why' in found) return found;
      outcome = found;
    }
    return outcome;
  }
}

/** @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (TranslateRouteMatch) */
function conditionsOf(match: HttpMatch): readonly Condition[] {
  const conditions: Condition[] = [];
  const uri = stringMatcher(match.uri, match.ignoreUriCase);
  if (uri) conditions.push((request) => compare('the path', request.path, uri));
  for (const pseudo of ['method', 'authority', 'scheme'] as const) {
    const matcher = match[pseudo] && stringMatcher(match[pseudo]);
    if (matcher) conditions.push((request) => compare(`the ${pseudo}`, request[pseudo], matcher));
  }
  for (const [name, value] of Object.entries(match.headers ?? {})) conditions.push(header(name, value));
  for (const [name, value] of Object.entries(match.withoutHeaders ?? {})) conditions.push(withoutHeader(name, value));
  for (const [name, value] of Object.entries(match.queryParams ?? {})) conditions.push(queryParameter(name, value));
  return conditions;
}

function header(written: string, match: StringMatch): Condition {
  const name = written.toLowerCase();
  const matcher = stringMatcher(match);
  const claim = claimNamed(written);
  if (claim) return (request) => compareClaim(written, claim, matcher, request);
  return (request) => {
    const value = request.header(name);
    if (value === undefined) {
      return request.mayHave(name) ? { missing: `the header '${name}'` } : { why: `there is no header '${name}'` };
    }
    return matcher ? compare(`the header '${name}'`, value, matcher) : true;
  };
}

/** A header that is not there has no forbidden value, unless the empty text is one. */
function withoutHeader(written: string, match: StringMatch): Condition {
  const name = written.toLowerCase();
  const matcher = stringMatcher(match);
  const claim = claimNamed(written);
  if (claim) {
    return (request) => {
      const found = compareClaim(written, claim, matcher, request);
      if (found === true) return { why: `the claim '${written}' is one that it forbids` };
      return 'why' in found ? true : found;
    };
  }
  return (request) => {
    const value = request.header(name);
    if (value === undefined && request.mayHave(name)) return { missing: `the header '${name}'` };
    if (!matcher) return value === undefined || { why: `there is a header '${name}'` };
    const found = compare(`the header '${name}'`, value ?? '', matcher);
    if (found === true) return { why: `the header '${name}' is '${value ?? ''}'` };
    return 'why' in found ? true : found;
  };
}

function queryParameter(name: string, match: StringMatch): Condition {
  const matcher = stringMatcher(match);
  return (request) => {
    const value = request.queryParameter(name);
    if (value === undefined) return { why: `there is no query parameter '${name}'` };
    return matcher ? compare(`the query parameter '${name}'`, value, matcher) : true;
  };
}

function compare(what: string, value: string, { test, lacks }: StringMatcher): MatchOutcome {
  if (!test) return { missing: `whether '${value}' ${lacks.replace('does not match', 'matches')} in RE2` };
  return test(value) || { why: `${what} '${value}' ${lacks}` };
}

/** Routes by claims read what a RequestAuthentication has found in a token. */
function compareClaim(
  written: string,
  claim: readonly string[],
  matcher: StringMatcher | undefined,
  { claims }: HttpRequest,
): MatchOutcome {
  const missing = `the claim '${written}' of the request's token`;
  const found = matcher && claims && claimMatches(claims, claim, matcher);
  if (!matcher || found === undefined) return { missing };
  return (
    found || { why: claims === 'none' ? 'there is no validated token' : `the claim '${written}' ${matcher.lacks}` }
  );
}

/** @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (IsCatchAllRoute) */
function isCatchAll({ uri, method, authority, scheme, headers, withoutHeaders, queryParams }: HttpMatch): boolean {
  const anyPath = !stringMatcher(uri) || uri?.prefix === '/' || uri?.regex === '.*';
  const asksMore = [headers, withoutHeaders, queryParams].some((it) => it && Object.keys(it).length > 0);
  return anyPath && !method && !authority && !scheme && !asksMore;
}

function words(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
