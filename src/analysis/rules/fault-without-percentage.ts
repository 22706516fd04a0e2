import { isObject } from '../../manifests/json';
import type { Rule } from '../rule';

export const faultWithoutPercentage: Rule = {
  code: 'FaultWithoutPercentage',
  severity: 'warning',
  summary: 'A fault does not say for how many calls, which means for none',
  aliases: [],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.example.com]
  gateways: [istio-ingress/api]
  http:
    - fault: {abort: {grpcStatus: UNAVAILABLE}}
      route: [{destination: {host: menu.shop.svc.cluster.local}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.example.com]
  gateways: [istio-ingress/api]
  http:
    - fault: {abort: {grpcStatus: UNAVAILABLE, percentage: {value: 100}}}
      route: [{destination: {host: menu.shop.svc.cluster.local}}]
`,
    why: 'A fault without percentage is for 0 % of the calls: the test that injects it proves nothing.',
    unless: 'The fault is switched off for now.',
    see: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection-Abort'],
  },
  *check({ written }) {
    for (const { object, route, path } of written.httpRoutes) {
      for (const kind of ['abort', 'delay'] as const) {
        const fault: unknown = route.fault?.[kind];
        if (!isObject(fault) || fault.percentage !== undefined || fault.percent !== undefined) continue;
        yield {
          object,
          path: [...path, 'fault', kind],
          message: `The ${kind} has no percentage, so it happens to no call.`,
          fix: 'percentage: {value: 100}',
        };
      }
    }
  },
};
