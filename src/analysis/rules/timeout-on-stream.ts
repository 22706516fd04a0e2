import { methodOf, soundsLikeStream } from '../grpc-names';
import type { Rule } from '../rule';

export const timeoutOnStream: Rule = {
  code: 'TimeoutOnStream',
  severity: 'warning',
  summary: 'A route sets a timeout for an RPC that is a stream by its name: the stream is cut when it is over',
  aliases: [],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - match: [{uri: {exact: /coffee.v1.Menu/WatchMenu}}]
      timeout: 10s
      route: [{destination: {host: menu.shop.svc.cluster.local}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - match: [{uri: {exact: /coffee.v1.Menu/WatchMenu}}]
      route: [{destination: {host: menu.shop.svc.cluster.local}}]
`,
    why: `Envoy measures the timeout of a route from the end of the request to the end of the response. A stream of the
server does not end, so it is reset when the time is over, however alive it is; the client sees status 14 or 4.
Whether an RPC is a stream only its .proto says: the name of this one says so. Routes of our constructs, which have read
the .proto, are not looked at.`,
    unless: 'The RPC is not a stream, whatever its name says, or is meant to be cut.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute',
      'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts#route-timeouts',
    ],
  },
  *check({ written }) {
    for (const { object, route, path } of written.httpRoutes) {
      // Our constructs have read the .proto, and need no guess.
      if (object.construct !== undefined) continue;
      const { timeout, retries, match = [] } = route;
      if (timeout === undefined && retries?.perTryTimeout === undefined) continue;
      const streams = match
        .map(({ uri }) => methodOf(uri?.exact ?? ''))
        .filter((name) => name && soundsLikeStream(name));
      if (streams.length === 0) continue;
      const field = timeout === undefined ? ['retries', 'perTryTimeout'] : ['timeout'];
      const name = field[field.length - 1];
      yield {
        object,
        path: [...path, ...field],
        message: `${name} ${timeout ?? retries?.perTryTimeout} holds for ${streams.join(' and ')} too, which by the name is a stream: it is cut when that time is over.`,
        fix: `Give ${streams.join(' and ')} a route without ${name}.`,
      };
    }
  },
};
