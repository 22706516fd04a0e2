import type { JwtIssuer } from '../../values/jwt-issuer';
import type { TokenGate, TokenGuard } from '../edge';
import { authorities } from './authority';
import { claimKey } from './conditions';
import { policyPath } from './path';
import type {
  AuthorizationCondition,
  AuthorizationPolicySpec,
  AuthorizationRule,
  AuthorizationTarget,
  RequestAuthenticationSpec,
} from './types';

/** The port on which a gateway tells that it is well; nobody's listener. */
const STATUS_PORT = '15021';

/** Whose tokens are read: a token of anybody else is refused, a request without one passes. */
export function requestAuthentication({ pods, issuers }: TokenGate): RequestAuthenticationSpec {
  return { selector: { matchLabels: pods.labels }, jwtRules: issuers.map(jwtRule) };
}

/**
 * Refuses whatever lacks a token, whoever calls. A DENY decides before every ALLOW, so that no other policy of these
 * pods can open what is guarded here.
 */
export function tokenPolicy(gate: TokenGate): AuthorizationPolicySpec {
  const groups = new Map<string, TokenGuard[]>();
  for (const guard of gate.guards) {
    const { path: _, ...rest } = guard;
    const key = JSON.stringify(rest);
    groups.set(key, [...(groups.get(key) ?? []), guard]);
  }
  const all = [...groups.values()];
  const strangers = gate.isShared
    ? all.filter(([{ claim }]) => !claim).flatMap((guards) => ofOthers(guards, gate))
    : [];
  const rules = [...all.map((guards) => denial(guards, gate)), ...strangers];
  return { selector: { matchLabels: gate.pods.labels }, action: 'DENY', rules };
}

// Outside of HTTP Istio leaves out what it does not know there and keeps the rest of a DENY: the port, or the server
// name of the listener, is what keeps such a rule from closing TCP.
function denial(guards: TokenGuard[], gate: TokenGate): AuthorizationRule {
  const [{ claim }] = guards;
  const principals = gate.issuers.map(({ issuer }) => `${issuer}/*`);
  return {
    ...(!claim && { from: [{ source: { notRequestPrincipals: principals } }] }),
    to: target(guards, gate),
    ...conditions(gate, claim ? [{ key: claimKey(claim.name), notValues: claim.values }] : []),
  };
}

// A token counts at a workload if any RequestAuthentication there takes it. Those of others may take one of our issuer
// for their own audience.
function ofOthers(guards: TokenGuard[], gate: TokenGate): AuthorizationRule[] {
  const to = target(guards, gate);
  const issuer = claimKey('iss');
  const bound = gate.issuers.filter(({ _audiences }) => _audiences.length > 0);
  return bound.map((own) => ({
    to,
    ...conditions(gate, [
      { key: issuer, values: [own.issuer] },
      { key: 'request.auth.audiences', notValues: own._audiences },
    ]),
  }));
}

function target(guards: TokenGuard[], { serverNames }: TokenGate): AuthorizationTarget[] {
  const [{ host, containerPort, except, preflights }] = guards;
  return [
    {
      operation: {
        ...(host !== undefined && { hosts: authorities(host, serverNames ? 443 : 80) }),
        ...(containerPort === undefined ? { notPorts: [STATUS_PORT] } : { ports: [String(containerPort)] }),
        paths: guards.map(({ path }) => policyPath(path)),
        ...(except.length > 0 && { notPaths: except.map(policyPath) }),
        ...(preflights && { notMethods: ['OPTIONS'] }),
      },
    },
  ];
}

function conditions({ serverNames }: TokenGate, more: AuthorizationCondition[]): Pick<AuthorizationRule, 'when'> {
  const when = [...(serverNames ? [{ key: 'connection.sni', values: serverNames }] : []), ...more];
  return when.length > 0 ? { when } : {};
}

function jwtRule({ issuer, _audiences, _keys, _sources, _forwarded, _headers }: JwtIssuer) {
  const fromHeaders = _sources.flatMap(({ _place: { header } }) => (header ? [header] : []));
  const fromParams = _sources.flatMap(({ _place: { parameter } }) => (parameter === undefined ? [] : [parameter]));
  return {
    issuer,
    ...(_audiences.length > 0 && { audiences: _audiences }),
    ..._keys,
    ...(fromHeaders.length > 0 && { fromHeaders }),
    ...(fromParams.length > 0 && { fromParams }),
    ...(_forwarded && { forwardOriginalToken: true }),
    ...(_headers.length > 0 && { outputClaimToHeaders: _headers }),
  };
}
