import { milliseconds } from '../../simulation/routing/duration';
import type { Rule } from '../rule';

export const retriesOutlastTimeout: Rule = {
  code: 'RetriesOutlastTimeout',
  severity: 'warning',
  summary: 'The timeout of a route is over before its last tries can be made',
  aliases: [],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - timeout: 3s
      retries: {attempts: 3, perTryTimeout: 2s, retryOn: "connect-failure,refused-stream"}
      route: [{destination: {host: menu.shop.svc.cluster.local}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - timeout: 8s
      retries: {attempts: 3, perTryTimeout: 2s, retryOn: "connect-failure,refused-stream"}
      route: [{destination: {host: menu.shop.svc.cluster.local}}]
`,
    why: `The timeout of a route holds for all tries together and the pauses between them. When every try takes its whole
time, the last ones do not happen: there are fewer tries than the YAML says.`,
    unless: 'Most tries fail at once, and only the sum shall be limited.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry',
      'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts#route-timeouts',
    ],
  },
  *check({ written }) {
    for (const { object, route, path } of written.httpRoutes) {
      const { timeout, retries } = route;
      if (!timeout || !retries?.perTryTimeout || !retries.attempts) continue;
      const needed = milliseconds(retries.perTryTimeout) * (retries.attempts + 1);
      if (needed <= milliseconds(timeout)) continue;
      yield {
        object,
        path: [...path, 'timeout'],
        message: `${retries.attempts + 1} tries of ${retries.perTryTimeout} need ${needed / 1000}s, and the timeout of the route is ${timeout}: the last ones are not made.`,
        fix: `timeout: ${needed / 1000}s`,
      };
    }
  },
};
