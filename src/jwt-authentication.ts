import { Construct } from 'constructs';
import { describe, MeshError, type Problem, placeOf, placeOfNew } from './errors';
import { reserve } from './kubernetes/claims';
import { unusedId } from './kubernetes/owned-object';
import type { TokenGate } from './mesh/edge';
import type { Pods } from './mesh/parties';
import type { MeshIngress } from './mesh-ingress';
import type { MeshService } from './mesh-service';
import { refuseEmpty, variable } from './operations';
import { withProxy } from './outside-mesh';
import { notOurs } from './ownership';
import { type ClaimedPath, type GuardedPath, guardsOfIngress, guardsOfService, isExposed } from './token-guards';
import { claimName, type JwtIssuer } from './values/jwt-issuer';
import { PortProtocol } from './values/mesh-port';
import { dnsLabel, nameAbroad } from './values/names';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Whose tokens open what. */
export interface JwtAuthenticationProps {
  /** Who issues the tokens. A token of any of them will do. */
  readonly issuers: JwtIssuer[];

  /**
   * The ingress at which tokens are asked for: everything that it exposes wants one.
   *
   * @default - none; then `service` is given
   */
  readonly ingress?: MeshIngress;

  /**
   * The service that asks for tokens itself, whoever calls: all of its RPCs, and all of its HTTP ports.
   *
   * Its callers must pass on the token of the user, and an ingress that asks for one too must forward it
   * (`forwardOriginalToken`).
   *
   * @default - none; then `ingress` is given
   */
  readonly service?: MeshService;
}

/** At which port. */
export interface TokenOptions {
  /**
   * Name of the service's port.
   *
   * @default - its RPC port, or its only port
   */
  readonly port?: string;
}

/**
 * Tokens of end users, asked for at an ingress or at a service.
 *
 * A request without a token is answered PERMISSION_DENIED (7), one with a token that does not validate UNAUTHENTICATED
 * (16), wherever no operation was named as public. Preflights of browsers, which carry no token, pass.
 *
 * Leaves in the cluster: a RequestAuthentication, which reads tokens, and an AuthorizationPolicy that denies whatever
 * lacks one, for exactly the hosts of the ingress or the ports of the service. Both lie beside the pods that they are
 * about. Gateway pods read the tokens of everybody who comes through them: what other ingresses at the same pods serve
 * keeps its own rules, but a bearer token of an issuer that is not named here is refused there too. A gateway of its
 * own (`GatewayWorkload.own()`) is spared that.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `IngressOrService`, `NoIssuers`,
 * `DuplicateIssuer`, `NotOurs`, `NoProxy`, `NothingToGuard`, `TokenInPlaintext`, `SecondAuthentication`; at synth
 * `NothingToGuard`, `TokenStripped`, `NotExposedThere`.
 *
 * @see https://istio.io/latest/docs/tasks/security/authentication/authn-policy/#require-a-valid-token
 */
export class JwtAuthentication extends Construct {
  private readonly ingress?: MeshIngress;
  private readonly service?: MeshService;
  private readonly issuers: JwtIssuer[];
  private readonly open: GuardedPath[] = [];
  private readonly claimed: ClaimedPath[] = [];
  private readonly asked: { readonly service: MeshService; readonly path: GuardedPath }[] = [];

  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of its objects
   * @param props whose tokens, and where
   */
  public constructor(scope: Construct, id: string, props: JwtAuthenticationProps) {
    const where = placeOfNew(scope, id, 'JwtAuthentication');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    const home = ZeroTrustNamespace._enclosing(scope, where);
    this.ingress = props.ingress;
    this.service = props.service;
    this.issuers = distinctIssuers(props.issuers, where);
    const pods = guardedPods(props, where);
    const first = reserve(this, `tokens at ${JSON.stringify(pods)} ${props.ingress?.node.path ?? ''}`, where);
    if (first !== undefined) throw secondAuthentication(first, where);
    if (props.service) props.service._intents.readsTokens = true;
    props.service?._intents.guards.push({ kind: 'tokens', by: where });
    const name = nameAbroad(id, home.namespaceName, pods.namespace, where);
    home.mesh._backEnd.tokens(this, { name, namespace: pods.namespace }, () => this.facts(pods));
    this.node.addValidation({ validate: () => (this.facts(pods).guards.length > 0 ? [] : [describe(idle(this))]) });
    if (props.service) this.node.addValidation({ validate: () => this.strippedBefore().map(describe) });
    this.node.addValidation({ validate: () => this.unexposed().map(describe) });
  }

  /**
   * Names operations that want no token. Who may call them is decided without one, as everywhere.
   *
   * Refused: `NotGuardedHere`, `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`, `NoOperations`, `UnknownPort`,
   * `InvalidPath`.
   *
   * @param service the service behind them
   * @param operations RPCs or, for an HTTP port, paths (a trailing slash means everything below)
   * @param options which port. Left out: the RPC port, or the only one
   */
  public allowWithoutToken(service: MeshService, operations: string[], options: TokenOptions = {}): void {
    this.open.push(...this.paths('allowWithoutToken', service, operations, options));
  }

  /**
   * Asks for claims in the token: each of them must have one of its values, or hold one of them if it is a list.
   *
   * A claim within another is `realm_access[roles]`. HTTP paths below a wider one that is open to other tokens are as
   * safe as the path normalization of the mesh (`MeshSettings`). Asking twice asks for both. Without the claim the
   * call is answered PERMISSION_DENIED (7).
   *
   * Refused: `NotGuardedHere`, `InvalidClaim`, `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`, `NoOperations`,
   * `UnknownPort`, `InvalidPath`.
   *
   * @param service the service behind them
   * @param operations RPCs or, for an HTTP port, paths (a trailing slash means everything below)
   * @param claims `{ roles: ['admin', 'support'] }`
   * @param options which port. Left out: the RPC port, or the only one
   * @see https://istio.io/latest/docs/tasks/security/authorization/authz-jwt/
   */
  public requireClaims(
    service: MeshService,
    operations: string[],
    claims: { [claim: string]: string[] },
    options: TokenOptions = {},
  ): void {
    const wanted = claimsOf(claims, placeOf(this));
    for (const guarded of this.paths('requireClaims', service, operations, options)) {
      this.claimed.push(...wanted.map((claim) => ({ ...guarded, claim })));
      const asked = [{ port: guarded.port, paths: [guarded.path] }];
      this.service?._intents.guards.push({ kind: 'claims', by: placeOf(this), operations: asked });
    }
  }

  private paths(verb: string, service: MeshService, operations: string[], { port }: TokenOptions): GuardedPath[] {
    const where = placeOf(this);
    const line = (list: string) => `${variable(this.node.id)}.${verb}(${variable(service.node.id)}, [${list}])`;
    if (this.service && this.service !== service) throw notGuardedHere(this.service, service, line('...'), where);
    refuseEmpty(operations, { where, line });
    const granted = service._operations(operations, port, { where, line });
    const found = granted.flatMap(({ port: at, paths = [] }) =>
      paths.map((path) => ({ service: service.host, port: at, path })),
    );
    this.asked.push(...found.map((path) => ({ service, path })));
    return found;
  }

  // A policy at the gateway holds for its hosts: what comes in elsewhere, or inside the mesh, would be asked nothing.
  private unexposed(): Problem[] {
    const { ingress, asked } = this;
    if (!ingress) return [];
    const { exposures } = ingress._edge;
    const missing = asked.filter(({ path }) => !isExposed(exposures, path));
    const services = [...new Set(missing.map(({ service }) => service))];
    return services.map((of) =>
      notExposed(
        this,
        ingress,
        of,
        missing.filter(({ service }) => service === of).map(({ path }) => path),
      ),
    );
  }

  // Where an ingress before the service takes the tokens for itself, none arrives.
  private strippedBefore(): Problem[] {
    const all = this.node.root.node.findAll().filter((it) => it instanceof JwtAuthentication);
    const before = all.filter(({ ingress }) =>
      ingress?._edge.exposures.some(({ service }) => service === this.service?.host),
    );
    const keeps = (it: JwtAuthentication) =>
      it.issuers.find(({ issuer, _forwarded }) => !_forwarded && this.issuers.some((own) => own.issuer === issuer));
    return before.flatMap((it) => {
      const issuer = keeps(it);
      return issuer ? [stripped(this, it, issuer)] : [];
    });
  }

  private facts(pods: Pods): TokenGate {
    const { ingress, service, issuers, open, claimed } = this;
    const edge = ingress?._edge;
    return {
      pods,
      issuers,
      isShared: edge !== undefined && !edge.isOwn,
      serverNames: edge?.isEncrypted ? ingress?.hosts : undefined,
      guards: edge
        ? guardsOfIngress(edge.exposures, open, claimed)
        : guardsOfService(service?._routing().ports ?? [], open, claimed),
      optOuts: issuers.flatMap(({ _optOuts }) => _optOuts),
    };
  }
}

function guardedPods({ ingress, service }: JwtAuthenticationProps, where: string): Pods {
  if (ingress && !service) {
    const { isOwn, isEncrypted } = ingress._edge;
    if (!isOwn && !isEncrypted) throw tokenInPlaintext(ingress, where);
    return ingress._gateway.pods;
  }
  if (service && !ingress) {
    if (service._isPeer) throw notOurs(service.host, where);
    withProxy(service, where);
    if (!service._routing().ports.some(({ protocol }) => protocol !== PortProtocol.TCP))
      throw noRequests(service, where);
    return service._pods;
  }
  throw new MeshError({
    code: 'IngressOrService',
    where,
    what: ingress ? 'it has an ingress and a service.' : 'it has neither an ingress nor a service.',
    why: 'Tokens are read by the pods of one of the two; what is public and which claims are asked for may differ.',
    fix: "new JwtAuthentication(shop, 'users', { ingress: edge, issuers: [...] })",
  });
}

function distinctIssuers(issuers: JwtIssuer[], where: string): JwtIssuer[] {
  const names = issuers.map(({ issuer }) => issuer);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (names.length > 0 && twice === undefined) return [...issuers];
  throw new MeshError({
    code: twice === undefined ? 'NoIssuers' : 'DuplicateIssuer',
    where,
    what: twice === undefined ? 'the list of issuers is empty.' : `the issuer '${twice}' is listed twice.`,
    why: 'A token is held to the rule of its issuer; without one nobody could have a token that counts.',
    fix: "issuers: [JwtIssuer.of('https://login.example.com', { audiences: ['coffee'] })]",
  });
}

function claimsOf(claims: { [claim: string]: string[] }, where: string): ClaimedPath['claim'][] {
  const entries = Object.entries(claims);
  const vague = (values: string[]) =>
    values.length === 0 || values.some((value) => value === '' || value.includes('*'));
  const wrong = entries.find(([, values]) => vague(values));
  if (entries.length > 0 && !wrong) return entries.map(([name, values]) => ({ name: claimName(name, where), values }));
  throw new MeshError({
    code: 'InvalidClaim',
    where,
    what: wrong ? `the values of the claim '${wrong[0]}' are [${wrong[1].join(', ')}].` : 'no claims are named.',
    why: 'An empty list would admit nobody or everybody, depending on the reader, and a * whatever begins or ends so.',
    fix: "{ roles: ['admin'] }",
  });
}

function tokenInPlaintext({ node }: MeshIngress, where: string): MeshError {
  return new MeshError({
    code: 'TokenInPlaintext',
    where,
    what: `${node.id} is plaintext, at gateway pods that it shares.`,
    why: 'Whoever is on the way could take the tokens; and a policy of shared pods tells this ingress from others by its TLS.',
    fix: "new MeshIngress(shop, 'edge', { gateway: GatewayWorkload.own(), ... })",
  });
}

function stripped(at: JwtAuthentication, before: JwtAuthentication, { issuer }: JwtIssuer): Problem {
  return {
    code: 'TokenStripped',
    where: at,
    what: `it asks for tokens of ${issuer}, which ${before.node.path} keeps at the ingress before it.`,
    why: 'No call through that ingress would have a token any more: each would be refused as if it had brought none.',
    fix: `JwtIssuer.of('${issuer}', { forwardOriginalToken: true, ... })   // in ${before.node.id}`,
  };
}

function notExposed(at: JwtAuthentication, { node }: MeshIngress, service: MeshService, paths: GuardedPath[]): Problem {
  const [{ port }] = paths;
  const word = (it: GuardedPath) => (it.port.protocol === PortProtocol.GRPC ? it.path.slice(1) : it.path);
  const list = [...new Set(paths.map((it) => `'${word(it)}'`))].join(', ');
  const option = port.protocol === PortProtocol.GRPC ? '' : `, { port: '${port.name}' }`;
  return {
    code: 'NotExposedThere',
    where: at,
    what: `it says something about ${list} of ${service.serviceName}, which ${node.path} does not expose.`,
    why: 'It holds for calls that come through this ingress and for no others: nobody would be asked for anything.',
    fix: `${variable(node.id)}.expose(${variable(service.node.id)}, [${list}]${option})\nor, for calls by every way: new JwtAuthentication(scope, 'tokens', { service: ${variable(service.node.id)}, issuers: [...] })`,
  };
}

function idle(authentication: JwtAuthentication): Problem {
  return {
    code: 'NothingToGuard',
    where: authentication,
    what: 'everything is allowed without a token.',
    why: 'A policy that denies has to say what; the cluster refuses one without rules.',
    fix: 'leave one operation out of allowWithoutToken, or the construct',
  };
}

function noRequests({ serviceName }: MeshService, where: string): MeshError {
  return new MeshError({
    code: 'NothingToGuard',
    where,
    what: `${serviceName} has no gRPC or HTTP port.`,
    why: 'A TCP connection carries no token that a proxy could read.',
    fix: 'ports: [MeshPort.http(8080)]',
  });
}

function secondAuthentication(first: string, where: string): MeshError {
  return new MeshError({
    code: 'SecondAuthentication',
    where,
    what: `${first} asks for tokens there already.`,
    why: 'Both would have to be content: a call with the token of one issuer would be refused for lack of one of the other.',
    fix: 'list the issuers of both: issuers: [customers, partners]',
  });
}

function notGuardedHere(own: MeshService, other: MeshService, line: string, where: string): MeshError {
  return new MeshError({
    code: 'NotGuardedHere',
    where,
    what: `it reads tokens at ${own.serviceName}, not at ${other.serviceName}.`,
    why: 'What is said here about another service would change nothing there.',
    fix: line.replace(`(${variable(other.node.id)},`, `(${variable(own.node.id)},`),
  });
}
