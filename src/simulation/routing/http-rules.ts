import type { Manifest } from '../../manifests/manifest';
import type { HttpRoute } from '../../manifests/types';
import { resolveShortName } from '../visibility/resolve-host';
import { delegatedRoute } from './delegation';
import { RouteMatch } from './matches';

/** One HTTP route of a VirtualService, ready to be asked. Its hosts and gateways are full names. */
export interface HttpRule {
  /** In which it is written: of a delegate, that. */
  readonly object: Manifest<unknown>;
  readonly path: readonly (string | number)[];
  readonly spec: HttpRoute;
  /** Any of them will do; never empty. */
  readonly matches: readonly RouteMatch[];
  /** Whether `matches` are those that stand in the object, one by one. */
  readonly written: boolean;
}

/** Finds what a route delegates to; in words, why there is nothing. */
export type DelegateLookup = (name: string, namespace: string) => Delegate | string;

export interface Delegate {
  readonly manifest: Manifest<unknown>;
  readonly http: readonly HttpRoute[];
}

/**
 * The HTTP routes of a VirtualService with those of its delegates in the place of what delegates to them.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/virtualservice_controller.go (mergeVirtualServices)
 */
export function httpRules(root: Delegate, lookUp: DelegateLookup): readonly HttpRule[] {
  return resolved(root).flatMap((route, index): HttpRule[] => {
    if (!route.delegate) return [ruleOf(root.manifest, index, route, true)];
    const { name = '', namespace = root.manifest.namespace } = route.delegate;
    const delegate = lookUp(name, namespace);
    if (typeof delegate === 'string') return [];
    return resolved(delegate).flatMap((leaf, at) => {
      const merged = delegatedRoute(route, leaf);
      return merged ? [ruleOf(delegate.manifest, at, merged, !route.match?.length)] : [];
    });
  });
}

function ruleOf(object: Manifest<unknown>, index: number, spec: HttpRoute, written: boolean): HttpRule {
  const matches = spec.match?.length ? spec.match.map((match) => new RouteMatch(match)) : [new RouteMatch()];
  return { object, path: ['spec', 'http', index], spec, matches, written: written && Boolean(spec.match?.length) };
}

/** @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/virtualservice.go (ResolveVirtualServiceShortnames) */
function resolved({ manifest: { namespace }, http }: Delegate): HttpRoute[] {
  return http.map((route) => ({
    ...route,
    ...(route.match && {
      match: route.match.map(({ gateways, ...match }) => ({
        ...match,
        ...(gateways && { gateways: gateways.map((gateway) => resolveGateway(gateway, namespace)) }),
      })),
    }),
    ...(route.route && { route: route.route.map((it) => ({ ...it, destination: full(it.destination, namespace) })) }),
    ...(route.mirror && { mirror: full(route.mirror, namespace) }),
    ...(route.mirrors && {
      mirrors: route.mirrors.map((it) => ({ ...it, destination: full(it.destination, namespace) })),
    }),
  }));
}

function full<T extends { host: string }>(destination: T, namespace: string): T {
  return { ...destination, host: resolveShortName(destination.host, namespace) };
}

/**
 * `shop/api` for the Gateway that a VirtualService calls `api`; `mesh` stays.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/config.go (resolveGatewayName)
 */
export function resolveGateway(name: string, namespace: string): string {
  if (name === 'mesh') return name;
  if (name.startsWith('./')) return `${namespace}/${name.slice(2)}`;
  if (name.includes('/')) return name;
  // The form before there were namespaces: `api.shop`, `api.shop.svc.cluster.local`.
  const [first, second] = name.split('.');
  return second === undefined ? `${namespace}/${name}` : `${second}/${first}`;
}
