import type { Json } from '../../manifests/json';
import type { Path } from '../../manifests/path';
import { valueAt } from '../../manifests/value-at';
import type { Rule } from '../rule';

export const deprecatedField: Rule = {
  code: 'DeprecatedField',
  severity: 'warning',
  summary: 'A field is deprecated: it does nothing any more, or will be gone',
  aliases: ['IST0002', 'IST0133'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec: {host: menu.shop.svc.cluster.local, trafficPolicy: {outlierDetection: {consecutiveErrors: 5}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec: {host: menu.shop.svc.cluster.local, trafficPolicy: {outlierDetection: {consecutiveGatewayErrors: 5}}}
`,
    why: `The API server still takes the field. Some are read no more, as consecutiveErrors: what it was to protect is not
protected. Others have a better name by now.
istioctl knows two of these fields, and istiod's webhook warns of some more.`,
    unless: 'An old Istio has to read it.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0002/',
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection',
    ],
  },
  *check({ cluster, written }) {
    for (const { object, route, path } of written.httpRoutes) {
      for (const old of OF_ROUTES) {
        if (has(route as Json, old)) yield { object, path: [...path, ...old.field], ...told(old) };
      }
    }
    for (const { object, policy, path } of written.trafficPolicies) {
      for (const old of OF_POLICIES) {
        if (has(policy as Json, old)) yield { object, path: [...path, ...old.field], ...told(old) };
      }
    }
    for (const object of cluster.objects('networking.istio.io/Sidecar')) {
      if (has(object.body.spec as Json, EGRESS_PROXY)) {
        yield { object, path: ['spec', ...EGRESS_PROXY.field], ...told(EGRESS_PROXY) };
      }
    }
  },
};

interface Old {
  readonly field: Path;
  readonly value?: Json;
  readonly effect: string;
  readonly fix: string;
}

const OF_ROUTES: readonly Old[] = [
  {
    field: ['fault', 'delay', 'percent'],
    effect: 'takes whole numbers only, and will be gone',
    fix: 'percentage: {value: …}',
  },
  { field: ['mirrorPercent'], effect: 'will be gone', fix: 'mirrorPercentage: {value: …}' },
];

const OF_POLICIES: readonly Old[] = [
  {
    field: ['outlierDetection', 'consecutiveErrors'],
    effect: 'is read no more, so nothing is ejected by it',
    fix: 'consecutiveGatewayErrors: 5',
  },
  { field: ['loadBalancer', 'simple'], value: 'LEAST_CONN', effect: 'is an old name', fix: 'simple: LEAST_REQUEST' },
  {
    field: ['loadBalancer', 'consistentHash', 'minimumRingSize'],
    effect: 'will be gone',
    fix: 'ringHash: {minimumRingSize: …}',
  },
];

const EGRESS_PROXY: Old = {
  field: ['outboundTrafficPolicy', 'egressProxy'],
  effect: 'is read no more, so calls leave as if it were not there',
  fix: 'Leave it out. An egress gateway is a VirtualService that routes to it.',
};

function has(block: Json | undefined, { field, value }: Old): boolean {
  const found = valueAt(block, field);
  return found !== undefined && (value === undefined || found === value);
}

function told({ field, value, effect, fix }: Old): { message: string; fix: string } {
  return { message: `${value ?? field[field.length - 1]} ${effect}.`, fix };
}
