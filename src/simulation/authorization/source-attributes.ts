import { type Attribute, toldText } from './attribute';
import { CLAIMS_FACT, hasRequestPrincipal, requestPrincipalOf } from './claims-match';
import type { Facts } from './facts';
import { inNamespaces, inTrustDomains, isServiceAccount } from './identity-match';
import { inRanges } from './ip-ranges';
import { anyString, type StringTest } from './string-match';
import { principalsOfMesh, trustDomainsOfMesh } from './trust-domains';
import { truthOf } from './truth';

const ANONYMOUS = 'the caller has no identity';

export const PRINCIPAL: Attribute = {
  anyOf: (values, { trustDomains }) =>
    ofPeer(anyString(trustDomains.length > 0 ? principalsOfMesh(values, trustDomains) : values)),
  told: ({ request }) => toldText('the principal', request.principal, ANONYMOUS),
};

export const NAMESPACE: Attribute = {
  anyOf: (values) => ofPeer(inNamespaces(values)),
  told: ({ request }) => toldText('the namespace of the caller', identityOf(request.principal)?.[1], ANONYMOUS),
};

export const SERVICE_ACCOUNT: Attribute = {
  anyOf: (values, { namespace }) => ofPeer(isServiceAccount(values, namespace)),
  told: ({ request }) => {
    const [, namespace, account] = identityOf(request.principal) ?? [];
    return toldText('the service account', account && `${namespace}/${account}`, ANONYMOUS);
  },
};

export const TRUST_DOMAIN: Attribute = {
  anyOf: (values, { trustDomains }) => ofPeer(inTrustDomains(trustDomainsOfMesh(values, trustDomains))),
  told: ({ request }) => toldText('the trust domain', request.principal.split('/')[0], ANONYMOUS),
};

export const REQUEST_PRINCIPAL: Attribute = {
  http: true,
  fact: CLAIMS_FACT,
  anyOf: (values) => {
    const matches = hasRequestPrincipal(values);
    return ({ request: { claims } }) => (claims === 'unknown' ? claims : truthOf(matches(claims)));
  },
  told: ({ request: { claims } }) =>
    claims === 'unknown'
      ? `${CLAIMS_FACT} are not known`
      : toldText('the request principal', requestPrincipalOf(claims), 'the request has no validated token'),
};

export const SOURCE_IP = address('the address of the peer', ({ request }) => request.sourceIp);
/** On HTTP it is what trusted headers say, on TCP the peer. */
export const REMOTE_IP = address('the address of the client', ({ request }) => request.remoteIp);
export const DESTINATION_IP = address('the address of the pod', ({ request }) => request.destinationIp);

function ofPeer(matches: StringTest): (facts: Facts) => 'true' | 'false' {
  return ({ request }) => (request.principal !== '' && matches(request.principal) ? 'true' : 'false');
}

function address(fact: string, of: (facts: Facts) => string | undefined): Attribute {
  return {
    fact,
    anyOf: (values) => {
      const matches = inRanges(values);
      return (facts) => {
        const ip = of(facts);
        return ip === undefined ? 'unknown' : truthOf(matches(ip));
      };
    },
    told: (facts) => toldText(fact, of(facts), `${fact} is not known`),
  };
}

function identityOf(principal: string): string[] | undefined {
  return /^([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal)?.slice(1);
}
