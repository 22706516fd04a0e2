import type { Cluster } from '../../manifests/cluster';
import type { Reason } from '../verdict';
import { answer, because, changed, undecided } from './answer';
import { corsAnswer } from './cors';
import type { Destinations, Found } from './destinations';
import { faultOf } from './fault';
import { grpcStatusOf, UNAVAILABLE, UNIMPLEMENTED } from './grpc-status';
import { headerOperations } from './header-operations';
import type { HttpRequest } from './http-request';
import { mirrorsOf } from './mirrors';
import type { ProxyNode } from './proxy-node';
import { retriesOf } from './retries';
import { rewritten } from './rewrite';
import type { RouteResult } from './route-result';
import { effectiveTimeout } from './timeouts';
import { type Choice, choose, type Route } from './virtual-host';

/** A request at a proxy that has found its host. */
export interface Arrival {
  readonly proxy: ProxyNode;
  readonly request: HttpRequest;
  readonly server?: RouteResult['server'];
}

/** What the routes of a host make of a request. What does not depend on the request is put together once. */
export class RuleAnswers {
  /** By what belongs to one proxy alone: its routes, and the hosts for which it has none. */
  private readonly known = new Map<object, RouteResult>();

  public constructor(
    private readonly cluster: Cluster,
    private readonly destinations: Destinations,
  ) {}

  /** The first route that takes it; without any, Envoy answers 404, which is UNIMPLEMENTED. */
  public choose(routes: readonly Route[], host: string, arrival: Arrival): RouteResult {
    const choice = choose(routes, arrival.request);
    const { skipped, missing, route } = choice;
    if (route) return missing.length > 0 ? this.maybe(route, choice, arrival) : this.take(route, choice, arrival);
    const { method, path } = arrival.request;
    const owners = routes.map(({ virtualService: { manifest } }) => `${manifest.namespace}/${manifest.name}`);
    const owner = `VirtualService ${[...new Set(owners)].join(' or ')}`;
    const [first] = routes;
    return answer({
      outcome: 'no-route',
      reasons: [because(`no route of ${owner} for ${host} takes ${method} ${path}`, first?.virtualService.manifest)],
      skipped,
      grpcStatus: UNIMPLEMENTED,
      httpStatus: 404,
      ...(first && { virtualService: first.virtualService.manifest }),
      ...(arrival.server && { server: arrival.server }),
      ...ownPreflight(arrival),
    });
  }

  /** What Istio does with calls to a service that no VirtualService speaks of. `key` is for this proxy and service. */
  public withoutRule(host: string, port: number, key: object, { proxy, request }: Arrival): RouteResult {
    let result = this.known.get(key);
    if (!result) {
      const found = this.destinations.at(host, port, undefined, 1, proxy, port);
      const text = `no VirtualService speaks of ${host} to ${nameOf(proxy)}: calls go to the service itself`;
      result = arrive([found], [because(text)], {
        retries: retriesOf(undefined, this.cluster.mesh.defaultHttpRetryPolicy, false),
      });
      this.known.set(key, result);
    }
    const { preflight } = corsAnswer(undefined, request, proxy.kind);
    const timeout = effectiveTimeout(undefined, grpcTimeout(request));
    return changed(result, { timeout, preflight });
  }

  private maybe(route: Route, { skipped, missing }: Choice, { server }: Arrival): RouteResult {
    const text = `it depends on ${missing.join(' and on ')} whether this route takes the request`;
    return undecided(missing, [because(text, route.rule.object, route.path)], {
      skipped,
      virtualService: route.virtualService.manifest,
      ...(server && { server }),
    });
  }

  private take(route: Route, { skipped }: Choice, { proxy, request, server }: Arrival): RouteResult {
    let result = this.known.get(route);
    if (!result) {
      result = this.compile(route, proxy);
      this.known.set(route, result);
    }
    const { spec } = route.rule;
    const { cors, preflight, missing } = corsAnswer(route.rule, request, proxy.kind);
    const rewrite = spec.rewrite || spec.headers ? rewritten(spec, spec.match?.[route.at], request) : undefined;
    const isAnswer = result.outcome === 'redirect' || result.outcome === 'direct-response';
    return changed(result, {
      outcome: missing.length > 0 ? 'unknown' : undefined,
      skipped,
      missing: missing.length > 0 ? [...result.missing, ...missing] : undefined,
      timeout: isAnswer ? undefined : effectiveTimeout(spec.timeout, grpcTimeout(request)),
      server,
      cors,
      preflight,
      rewrite,
    });
  }

  private compile(route: Route, proxy: ProxyNode): RouteResult {
    const { rule, virtualService, path, port } = route;
    const { spec } = rule;
    const fault = faultOf(spec.fault);
    const headers = headerOperations(spec.headers);
    const common: Partial<RouteResult> = {
      virtualService: virtualService.manifest,
      rule: { object: rule.object, path, ...(spec.name && { name: spec.name }) },
      ...(fault && { fault }),
      ...(headers && { headers }),
    };
    const reason = because(`${nameOfRule(route)} takes the request`, rule.object, path);
    const own = spec.redirect ? (spec.redirect.redirectCode ?? 301) : spec.directResponse?.status;
    const abort = fault?.abort && fault.abort.percentage >= 100 ? fault.abort : undefined;
    const aborted = abort && {
      ...{ outcome: 'direct-response' as const, httpStatus: abort.httpStatus ?? 200, grpcStatus: abort.grpcStatus },
      reasons: [reason, because('its fault aborts every request', rule.object, [...rule.path, 'fault', 'abort'])],
    };
    if (own !== undefined) {
      const outcome = spec.redirect ? 'redirect' : 'direct-response';
      const end = { outcome, httpStatus: own, grpcStatus: grpcStatusOf(own), reasons: [reason] } as const;
      // A delegate may answer by itself below a root with a fault, which comes first.
      return answer({ ...common, ...(aborted ?? end) });
    }
    const found = this.destinations.of(spec.route ?? [], proxy, port);
    const [only] = found.length === 1 ? found : [];
    const hashed = only?.destination.trafficPolicy.loadBalancer?.consistentHash !== undefined;
    const result = arrive(found, [reason], {
      ...common,
      mirrors: mirrorsOf(spec),
      retries: retriesOf(spec.retries, this.cluster.mesh.defaultHttpRetryPolicy, hashed),
    });
    return aborted && result.outcome !== 'unknown' ? changed(result, aborted) : result;
  }
}

/** What becomes of a request that is on its way to these. */
function arrive(found: readonly Found[], reasons: readonly Reason[], fields: Partial<RouteResult>): RouteResult {
  const destinations = found.map(({ destination }) => destination);
  const missing = found.flatMap((it) => it.missing);
  const all = { ...fields, destinations };
  if (destinations.length === 0) return undecided(['a destination with a weight above 0'], reasons, all);
  if (missing.length > 0) return undecided(missing, reasons, all);
  const failures = destinations.flatMap(({ unavailable }) => (unavailable === undefined ? [] : [because(unavailable)]));
  if (failures.length < destinations.length) return answer({ ...all, outcome: 'routed', reasons });
  const end = { grpcStatus: UNAVAILABLE, httpStatus: 503 };
  return answer({ ...all, ...end, outcome: 'no-route', reasons: [...reasons, ...failures] });
}

/** Where there is no route there is no policy: a preflight gets the 404 too. */
function ownPreflight({ request, proxy }: Arrival): Partial<RouteResult> {
  const { preflight } = corsAnswer(undefined, request, proxy.kind);
  return preflight ? { preflight: { ...preflight, answeredBy: proxy.kind } } : {};
}

/** Envoy reads the client's deadline of gRPC requests only. */
function grpcTimeout(request: HttpRequest): string | undefined {
  return request.isGrpc ? request.header('grpc-timeout') : undefined;
}

function nameOfRule({ rule, virtualService: { manifest } }: Route): string {
  const name = rule.spec.name ? `route '${rule.spec.name}'` : `route ${rule.path[2]}`;
  const owner = `VirtualService ${manifest.namespace}/${manifest.name}`;
  const { object } = rule;
  return object === manifest ? `${name} of ${owner}` : `${name} of ${owner}, from ${object.namespace}/${object.name}`;
}

function nameOf({ workload, kind }: ProxyNode): string {
  return workload ? `the ${kind} of ${workload.id}` : `a ${kind}`;
}
