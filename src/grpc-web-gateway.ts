import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, MeshError, type Problem, placeOf, placeOfNew } from './errors';
import type { GrpcService } from './grpc-service';
import { unusedId } from './kubernetes/owned-object';
import type { Cors } from './mesh/edge';
import type { MeshIngress } from './mesh-ingress';
import { variable } from './operations';
import { withProxy } from './outside-mesh';
import { Streaming } from './values/grpc-method';
import { dnsLabel, nameAbroad } from './values/names';
import { type OptOutOptions, optOut } from './values/opt-out';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** A door for browsers. */
export interface GrpcWebGatewayProps {
  /** The ingress through which they come. */
  readonly ingress: MeshIngress;

  /**
   * Origins of the pages that may call, `https://coffee.example`. Named ones only, as a browser sends them.
   *
   * An `http://` origin is for development (`http://localhost:5173`): whoever is on the way to such a page can change
   * it, and then calls with the rights of its visitor.
   */
  readonly origins: string[];

  /**
   * Metadata keys that the pages send beyond those of grpc-web itself and `authorization`.
   *
   * @default - browsers send no others
   */
  readonly allowHeaders?: string[];

  /**
   * Metadata keys that the pages may read beyond the gRPC status.
   *
   * @default - browsers show the pages no others
   */
  readonly exposeHeaders?: string[];

  /**
   * How long a browser may remember the answer to its preflight. Whole seconds; browsers cap it (Chromium at 2 h).
   *
   * @default Duration.hours(2)
   */
  readonly maxAge?: Duration;

  /**
   * Whether browsers may send cookies and client certificates.
   *
   * @default false
   */
  readonly allowCredentials?: boolean;

  /**
   * Translate at the gateway, by an EnvoyFilter, because a server has no sidecar to do it.
   *
   * An EnvoyFilter reaches into Envoy's own configuration and can break with any Istio upgrade.
   *
   * @default - the sidecar of the server translates
   * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/
   */
  readonly envoyFilter?: OptOutOptions;
}

/** On which host browsers reach an RPC. */
export interface ExposeWebOptions {
  /**
   * One of the hosts of the ingress.
   *
   * @default - all of them
   */
  readonly host?: string;
}

/** What a grpc-web client sends and reads, Connect's included. */
const ALLOW_HEADERS = [
  'authorization',
  'cache-control',
  'connect-protocol-version',
  'connect-timeout-ms',
  'content-transfer-encoding',
  'content-type',
  'grpc-timeout',
  'keep-alive',
  'user-agent',
  'x-accept-content-transfer-encoding',
  'x-accept-response-streaming',
  'x-grpc-web',
  'x-user-agent',
];
const EXPOSE_HEADERS = ['grpc-message', 'grpc-status', 'grpc-status-details-bin'];

/**
 * Browsers in, gRPC out.
 *
 * Leaves in the cluster: a CORS policy on the routes of the exposed RPCs (preflights are answered at the gateway, those
 * of foreign origins without `access-control-allow-origin`, so their browsers stop), and `appProtocol: grpc-web` on the
 * server's port, so that its sidecar translates; native callers are unaffected. Replies of the gateway itself are plain
 * HTTP, not grpc-status.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `EmptyOrigins`, `WildcardOrigin`,
 * `InvalidOrigin`, `InvalidHeader`, `InvalidDuration`, `NoReason`; at synth `NothingExposed`.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/grpc_web_filter
 */
export class GrpcWebGateway extends Construct {
  private readonly ingress: MeshIngress;
  private readonly cors: Cors;
  private readonly translatesAtGateway: boolean;
  private exposesSomething = false;

  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of the construct, and of the EnvoyFilter if there is one
   * @param props the ingress, and whose pages may call
   */
  public constructor(scope: Construct, id: string, props: GrpcWebGatewayProps) {
    const where = placeOfNew(scope, id, 'GrpcWebGateway');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    const home = ZeroTrustNamespace._enclosing(scope, where);
    this.ingress = props.ingress;
    this.cors = {
      origins: originsOf(props.origins, where),
      allowHeaders: headers(ALLOW_HEADERS, props.allowHeaders, where),
      exposeHeaders: headers(EXPOSE_HEADERS, props.exposeHeaders, where),
      maxAgeSeconds: wholeSeconds(props.maxAge ?? Duration.hours(2), where),
      allowCredentials: props.allowCredentials ?? false,
    };
    this.translatesAtGateway = props.envoyFilter !== undefined;
    this.node.addValidation({ validate: () => (this.exposesSomething ? [] : [describe(nothingExposed(this))]) });
    if (!props.envoyFilter) return;
    const door = optOut('envoy-filter', props.envoyFilter.reason, where);
    const gateway = props.ingress._gateway.pods;
    const name = nameAbroad(id, home.namespaceName, gateway.namespace, where);
    home.mesh._backEnd.webTranslation(this, { name, gateway, optOut: door });
  }

  /**
   * Opens RPCs to browsers, and with that to every client of the ingress. Unary and server-streaming RPCs only.
   *
   * CORS tells browsers which pages may call; it is no wall for anybody else.
   *
   * Refused: `NotForBrowsers`, `NotOurs`, `NoProxy`, `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`,
   * `NoOperations`, `UnknownHost`, `PathTaken`, `ContradictingCors`, `TooManyCallers`.
   *
   * @param service the server
   * @param methods its RPCs. Left out: every RPC but health and reflection, if browsers can call them all
   * @param options on which host. Left out: on every host of the ingress
   */
  public expose(service: GrpcService, methods?: string[], options: ExposeWebOptions = {}): void {
    const where = placeOf(this);
    const line = (list: string) => `${variable(this.node.id)}.expose(${variable(service.node.id)}, [${list}])`;
    const paths = new Set(
      service._operations(methods, undefined, { where, line }).flatMap((granted) => granted.paths ?? []),
    );
    const opened = service.methods.filter(({ path }) => paths.has(path));
    const unsuited = opened.find(({ streaming }) => streaming === Streaming.CLIENT || streaming === Streaming.BIDI);
    if (unsuited)
      throw notForBrowsers(
        unsuited.name,
        opened.filter((m) => m !== unsuited).map(({ name }) => name),
        line,
        where,
      );
    if (!this.translatesAtGateway && service._isPeer) throw notOurs(service.serviceName, where);
    if (!this.translatesAtGateway) withProxy(service, where);
    this.ingress._expose(service, methods, options, this, this.cors);
    this.exposesSomething = true;
    if (!this.translatesAtGateway) service._intents.web = true;
  }
}

function originsOf(origins: string[], where: string): string[] {
  if (origins.length === 0) throw invalidOrigin('EmptyOrigins', 'the list of origins is empty.', where);
  for (const origin of origins) {
    if (origin.includes('*')) throw invalidOrigin('WildcardOrigin', `'${origin}' has a wildcard.`, where);
    if (!isOrigin(origin)) throw invalidOrigin('InvalidOrigin', `'${origin}' is not an origin.`, where);
  }
  return [...new Set(origins)].sort();
}

// As a browser sends it: no path, no slash at the end, no default port, lower case.
function isOrigin(origin: string): boolean {
  return /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
}

function invalidOrigin(code: string, what: string, where: string): MeshError {
  return new MeshError({
    code,
    where,
    what,
    why: 'Any page of a listed origin can call with the rights of its visitor; browsers send scheme, host and a port that is not the default, nothing else.',
    fix: "origins: ['https://coffee.example']",
  });
}

function headers(base: string[], more: string[] = [], where: string): string[] {
  const wrong = more.find((header) => !/^[a-z0-9][a-z0-9_.-]*$/.test(header));
  if (wrong === undefined) return [...new Set([...base, ...more])].sort();
  throw new MeshError({
    code: 'InvalidHeader',
    where,
    what: `'${wrong}' is not a metadata key.`,
    why: 'Keys of gRPC metadata are lower-case letters, digits, dashes, dots and underscores; a wildcard would open them all.',
    fix: "allowHeaders: ['x-request-id']",
  });
}

function wholeSeconds(maxAge: Duration, where: string): number {
  const seconds = maxAge.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= 1) return seconds;
  throw new MeshError({
    code: 'InvalidDuration',
    where,
    what: `maxAge is ${seconds} s.`,
    why: 'Browsers count it in whole seconds, at least 1.',
    fix: 'maxAge: Duration.hours(2)',
  });
}

function nothingExposed(gateway: GrpcWebGateway): Problem {
  return {
    code: 'NothingExposed',
    where: gateway,
    what: 'it exposes nothing.',
    why: 'It has no objects of its own: without an RPC there is nothing that browsers could call.',
    fix: `${variable(gateway.node.id)}.expose(order, ['PlaceOrder'])`,
  };
}

function notForBrowsers(name: string, others: string[], line: (list: string) => string, where: string): MeshError {
  return new MeshError({
    code: 'NotForBrowsers',
    where,
    what: `${name} streams from the client, which no browser can.`,
    why: 'grpc-web knows unary and server-streaming calls only: a browser sends its whole request before it reads a response.',
    fix: line(others.map((other) => `'${other}'`).join(', ') || "'PlaceOrder'"),
  });
}

function notOurs(serviceName: string, where: string): MeshError {
  return new MeshError({
    code: 'NotOurs',
    where,
    what: `${serviceName} belongs to somebody else, whose port we cannot declare to be grpc-web.`,
    why: 'Its sidecar would pass the call on untranslated, and a gRPC server answers 415.',
    fix: "new GrpcWebGateway(shop, 'web', { envoyFilter: { reason: '...' }, ... })",
  });
}
