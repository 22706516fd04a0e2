import { isRpcPath } from '../grpc-names';
import type { Rule, Trouble } from '../rule';

export const bareServicePath: Rule = {
  code: 'BareServicePath',
  severity: 'error',
  otherwise: { warning: 'it is a prefix, which takes RPCs of other services too' },
  summary: 'A path names a gRPC service without the slash that follows it in every RPC',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]
      to: [{operation: {paths: [/pay.v1.Payments]}}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]
      to: [{operation: {paths: [/pay.v1.Payments/*]}}]
`,
    why: `The path of an RPC is /package.Service/Method. Without the second slash a path names none of them; as a prefix
it takes also the RPCs of every service whose name goes on: /pay.v1.Payments takes those of /pay.v1.PaymentsAdmin.`,
    unless: 'The services whose names go on are meant too.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation',
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch',
    ],
  },
  *check({ written }) {
    for (const one of written.said('paths')) {
      const { object, value } = one;
      const name = value.replace(/\*$/, '');
      if (isBare(name)) yield trouble(object, one.path, name, value !== name, `- ${name}/*`);
    }
    for (const { object, route, path } of written.httpRoutes) {
      for (const [at, { uri }] of (route.match ?? []).entries()) {
        const [kind, name] = uri?.prefix ? (['prefix', uri.prefix] as const) : (['exact', uri?.exact ?? ''] as const);
        if (!isBare(name)) continue;
        yield trouble(object, [...path, 'match', at, 'uri', kind], name, kind === 'prefix', `prefix: ${name}/`);
      }
    }
  },
};

/** Services begin with a capital: `/images/logo.png` is no service. */
function isBare(path: string): boolean {
  return isRpcPath(path) && /\.[A-Z]\w*$/.test(path);
}

function trouble(
  object: Trouble['object'],
  path: Trouble['path'],
  name: string,
  isPrefix: boolean,
  fix: string,
): Trouble {
  return isPrefix
    ? {
        object,
        path,
        severity: 'warning',
        message: `The prefix '${name}' takes also the RPCs of services whose names go on, such as ${name}Admin.`,
        fix,
      }
    : { object, path, message: `'${name}' is the path of a service, not of an RPC: it matches no call.`, fix };
}
