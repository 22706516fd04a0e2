import { mayHaveHeader } from '../known-headers';
import { type Attribute, toldText } from './attribute';
import { CLAIMS_FACT, claimAt, hasClaim } from './claims-match';
import type { Facts } from './facts';
import { PORT, SNI } from './operation-attributes';
import {
  DESTINATION_IP,
  NAMESPACE,
  PRINCIPAL,
  REMOTE_IP,
  REQUEST_PRINCIPAL,
  SERVICE_ACCOUNT,
  SOURCE_IP,
  TRUST_DOMAIN,
} from './source-attributes';
import { anyHeader } from './string-match';
import { truthOf } from './truth';

/**
 * What a key of `when` asks for; `undefined` for a key that Istio does not know.
 *
 * @see https://istio.io/latest/docs/reference/config/security/conditions/
 */
export function attributeOf(key: string): Attribute | undefined {
  if (Object.hasOwn(PLAIN, key)) return PLAIN[key];
  if (key.startsWith('request.headers')) {
    const name = /^\[(.*)\]$/s.exec(key.slice('request.headers'.length))?.[1];
    return name ? header(name.toLowerCase()) : undefined;
  }
  if (key.startsWith('request.auth.claims')) {
    const path = claimPath(key.slice('request.auth.claims'.length));
    return path ? claim(path) : undefined;
  }
  if (/^experimental\.envoy\.filters\..*\[.+\]$/s.test(key)) return dynamicMetadata(key);
  return undefined;
}

const PLAIN: Readonly<Record<string, Attribute>> = {
  'source.ip': SOURCE_IP,
  'remote.ip': REMOTE_IP,
  'source.namespace': NAMESPACE,
  'source.serviceAccount': SERVICE_ACCOUNT,
  'source.trustDomain': TRUST_DOMAIN,
  'source.principal': PRINCIPAL,
  'request.auth.principal': REQUEST_PRINCIPAL,
  'request.auth.audiences': claim(['aud']),
  'request.auth.presenter': claim(['azp']),
  'destination.ip': DESTINATION_IP,
  'destination.port': PORT,
  'connection.sni': SNI,
};

function claim(path: readonly string[]): Attribute {
  const name = path.join('.');
  return {
    http: true,
    fact: CLAIMS_FACT,
    anyOf: (values) => {
      const matches = hasClaim(path, values);
      return ({ request: { claims } }) => (claims === 'unknown' ? claims : truthOf(matches(claims)));
    },
    told: ({ request: { claims } }) => {
      if (claims === 'unknown') return `${CLAIMS_FACT} are not known`;
      if (!claims) return 'the request has no validated token';
      const found = claimAt(claims, path);
      return found === undefined
        ? `the token has no claim '${name}'`
        : `the claim '${name}' is ${JSON.stringify(found)}`;
    },
  };
}

/** `[a][b]` is the claim `b` in `a`; all else between the outer brackets is one name. */
function claimPath(text: string): string[] | undefined {
  if (/^(?:\[[^[\]]*\])+$/.test(text)) return text.slice(1, -1).split('][');
  return text.startsWith('[') && text.endsWith(']') && text.length > 2 ? [text.slice(1, -1)] : undefined;
}

function header(name: string): Attribute {
  return {
    http: true,
    fact: WRITTEN_BY_PROXIES.test(name) ? `the header '${name}', which proxies write` : `the header '${name}'`,
    anyOf: (values) => {
      const matches = anyHeader(values);
      return (facts) => {
        const value = headerOf(name, facts);
        if (value === undefined && (WRITTEN_BY_PROXIES.test(name) || mayCarry(facts, name))) return 'unknown';
        return truthOf(matches(value));
      };
    },
    told: (facts) => {
      const value = headerOf(name, facts);
      if (value === undefined && mayCarry(facts, name)) return `the header '${name}' is not known`;
      return value === undefined ? `the request has no header '${name}'` : `the header '${name}' is '${value}'`;
    },
  };
}

/** These are there, with values that only a running mesh knows, even where the client does not send them. */
const WRITTEN_BY_PROXIES = /^(?::scheme|x-forwarded-.*|x-envoy-.*|x-request-id|x-b3-.*|b3|traceparent|tracestate)$/;

/** Whether nobody says if the client sends it. What HTTP/2 keeps in a header is no metadata. */
function mayCarry({ request }: Facts, name: string): boolean {
  return !name.startsWith(':') && mayHaveHeader(request, name);
}

function headerOf(name: string, { request, path }: Facts): string | undefined {
  switch (name) {
    case ':method':
      return request.method;
    case ':authority':
    // Envoy keeps the one header under both names.
    case 'host':
      return request.authority;
    case ':path':
      return path === undefined ? undefined : path + (/\?[^#]*/.exec(request.path ?? '')?.[0] ?? '');
    default:
      return request.headers && Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  }
}

function dynamicMetadata(key: string): Attribute {
  const fact = `what '${key}' holds in the proxy`;
  return { fact, anyOf: () => () => 'unknown', told: () => toldText(fact, undefined, `${fact} is not known`) };
}
