import { didYouMean, nearest } from '../../manifests/words';
import type { Rule } from '../rule';

export const unknownRetryCondition: Rule = {
  code: 'UnknownRetryCondition',
  severity: 'error',
  summary: 'A condition in retryOn does not exist, or has a space before it: Istio refuses the object',
  aliases: ['IST0106'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - retries: {attempts: 2, retryOn: "connect-failure, refused-streams"}
      route: [{destination: {host: menu.shop.svc.cluster.local}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - retries: {attempts: 2, retryOn: "connect-failure,refused-stream"}
      route: [{destination: {host: menu.shop.svc.cluster.local}}]
`,
    why: `istiod's webhook splits retryOn at commas, does not trim, and knows each condition by name. With one that it does
not know it refuses the whole VirtualService.`,
    unless: 'Never.',
    see: [
      'https://github.com/istio/istio/blob/1.31.1/pkg/config/validation/validation.go (validateHTTPRetry)',
      'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on',
    ],
  },
  *check({ written }) {
    for (const { object, route, path } of written.httpRoutes) {
      const { retryOn } = route.retries ?? {};
      if (!retryOn) continue;
      const wrong = retryOn.split(',').find((one) => !CONDITIONS.has(one) && !/^[1-5]\d\d$/.test(one));
      if (wrong === undefined) continue;
      const isSpace = CONDITIONS.has(wrong.trim());
      yield {
        object,
        path: [...path, 'retries', 'retryOn'],
        message: isSpace
          ? `There is a space in '${wrong}', and Istio does not trim: it refuses the VirtualService.`
          : `There is no condition '${wrong.trim()}', so Istio refuses the VirtualService.${didYouMean(wrong.trim(), [...CONDITIONS])}`,
        fix: `retryOn: ${mended(retryOn) || 'connect-failure,refused-stream'}`,
      };
    }
  },
};

/** With the conditions that were meant, and without those of which nobody knows. */
function mended(retryOn: string): string {
  const meant = retryOn.split(',').flatMap((one) => {
    const word = one.trim();
    return CONDITIONS.has(word) || /^[1-5]\d\d$/.test(word) ? [word] : (nearest(word, [...CONDITIONS]) ?? []);
  });
  return [...new Set(meant)].join(',');
}

const CONDITIONS = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);
