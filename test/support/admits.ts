import type { Manifests } from './manifests';

/** A call as the proxy of the server sees it. */
export interface Call {
  /** Identity of the caller without scheme, `cluster.local/ns/shop/sa/order`; undefined: no certificate. */
  readonly principal?: string;
  readonly namespace: string;
  /** Labels of the server's pod. */
  readonly labels: Record<string, string>;
  /** Port of the container. */
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  /** As the client names it, with the port if it does so. Letter case does not matter. */
  readonly host?: string;
}

type Fields = Record<string, string[] | undefined>;

/**
 * Whether the ALLOW policies of a server admit a call, written from Istio's documentation and not from our renderers.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export function admits(manifests: Manifests, call: Call): boolean {
  const policies = manifests
    .kind('AuthorizationPolicy')
    .filter(({ metadata }) => metadata.namespace === call.namespace)
    .filter(({ spec }) => Object.entries(spec.selector?.matchLabels ?? {}).every(([k, v]) => call.labels[k] === v));
  if (policies.some(({ spec }) => (spec.action ?? 'ALLOW') !== 'ALLOW'))
    throw new Error('only ALLOW is understood here');
  if (policies.length === 0) return true;
  const request: Record<string, string | undefined> = {
    principals: call.principal,
    ports: String(call.port),
    paths: call.path,
    methods: call.method ?? 'POST',
    hosts: call.host?.toLowerCase(),
  };
  const holds = (fields: Fields) =>
    Object.entries(fields).every(([field, values]) => {
      if (!(field in request)) throw new Error(`the field ${field} is not understood here`);
      return values?.some((value) => matches(value, request[field]));
    });
  return policies.some(({ spec }) =>
    (spec.rules ?? []).some(
      (rule: { from?: { source: Fields }[]; to?: { operation: Fields }[] }) =>
        (rule.from ?? [{ source: {} }]).some(({ source }) => holds(source)) &&
        (rule.to ?? [{ operation: {} }]).some(({ operation }) => holds(operation)),
    ),
  );
}

function matches(pattern: string, value: string | undefined): boolean {
  if (value === undefined || value === '') return false;
  if (pattern === '*') return true;
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return value.startsWith(pattern.slice(0, -1));
  return value === pattern;
}
