import type { Json } from '../../manifests/json';
import type { Path } from '../../manifests/path';
import { valueAt } from '../../manifests/value-at';
import { milliseconds } from '../../simulation/routing/duration';
import type { Rule, Trouble } from '../rule';
import { shortDurations } from '../shape-troubles';

export const refusedDuration: Rule = {
  code: 'RefusedDuration',
  severity: 'error',
  summary: 'A duration is shorter than a millisecond, or not of whole milliseconds: Istio refuses the object',
  aliases: ['IST0106'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: order, namespace: shop}
spec:
  hosts: [order.shop.svc.cluster.local]
  http:
    - timeout: 0s
      route: [{destination: {host: order.shop.svc.cluster.local}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: order, namespace: shop}
spec:
  hosts: [order.shop.svc.cluster.local]
  http:
    - route: [{destination: {host: order.shop.svc.cluster.local}}]
`,
    why: `The API server and istiod's webhook take durations from a millisecond on, so the whole object is refused and
what was there before stays in force. "0s" is not how to say no timeout: a route without timeout has none, and Envoy
obeys the deadline of the gRPC client.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute',
      'https://github.com/istio/istio/blob/1.31.1/pkg/config/validation/agent/validation.go (ValidateDuration)',
    ],
  },
  *check({ cluster, written }) {
    for (const { object, path, duration } of shortDurations(cluster)) {
      const name = path[path.length - 1];
      yield {
        object,
        path,
        message: `${name} is ${duration}, and Istio refuses durations below 1ms: nothing of this object takes effect.`,
        fix: `Leave ${name} out: without it there is no limit.`,
      };
    }
    for (const { object, route, path } of written.httpRoutes) {
      for (const field of OF_ROUTES) yield* fractions(object, route as Json, path, field);
    }
    for (const { object, policy, path } of written.trafficPolicies) {
      for (const field of OF_POLICIES) yield* fractions(object, policy as Json, path, field);
    }
  },
};

const OF_ROUTES: readonly Path[] = [
  ['timeout'],
  ['retries', 'perTryTimeout'],
  ['retries', 'backoff'],
  ['corsPolicy', 'maxAge'],
  ['fault', 'delay', 'fixedDelay'],
];

const OF_POLICIES: readonly Path[] = [
  ['connectionPool', 'tcp', 'connectTimeout'],
  ['connectionPool', 'http', 'idleTimeout'],
  ['outlierDetection', 'interval'],
  ['outlierDetection', 'baseEjectionTime'],
];

/** "only durations to ms precision are supported" */
function* fractions(object: Trouble['object'], block: Json, path: Path, field: Path): Iterable<Trouble> {
  const value = valueAt(block, field);
  if (typeof value !== 'string' || Number.isInteger(milliseconds(value))) return;
  const name = field[field.length - 1];
  yield {
    object,
    path: [...path, ...field],
    message: `${name} is ${value}, and Istio refuses fractions of a millisecond: nothing of this object takes effect.`,
    fix: `${name}: ${Math.ceil(milliseconds(value))}ms`,
  };
}
