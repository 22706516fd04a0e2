import { Construct } from 'constructs';
import { MeshError, placeOfNew } from './errors';
import { unusedId } from './kubernetes/owned-object';
import type { Detour, SpecialCalls } from './mesh/routing';
import type { MeshService } from './mesh-service';
import type { RequestMatch } from './request-match';
import type { RouteTarget } from './route-target';
import { refuseShadowed } from './shadowed-route';
import { letThrough, specialCalls } from './special-calls';
import { type HeaderOperations, headerOperations } from './values/header-operations';
import { httpPath } from './values/http-path';
import type { HttpRedirect } from './values/http-redirect';
import { PortProtocol } from './values/mesh-port';
import { dnsLabel } from './values/names';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Which calls go another way, and which. */
export interface TrafficRouteProps {
  /** The service that is called. */
  readonly service: MeshService;

  /**
   * Its RPCs or, for an HTTP port, paths (a trailing slash means everything below).
   *
   * @default - every RPC but health and reflection, or the whole HTTP port
   */
  readonly operations?: string[];

  /**
   * Name of the service's port.
   *
   * @default - its RPC port, or its only port
   */
  readonly port?: string;

  /**
   * Which calls: all that one match says holds, of one of these matches. All others go on to the next TrafficRoute of
   * the service, and at last to the service itself.
   *
   * @default - every call
   */
  readonly matches?: RequestMatch[];

  /**
   * Where they go.
   *
   * @default - to the service, as without this route
   */
  readonly to?: RouteTarget;

  /**
   * What happens to the metadata of these calls.
   *
   * @default - nothing
   */
  readonly requestHeaders?: HeaderOperations;

  /**
   * What happens to the headers of the answers.
   *
   * @default - nothing
   */
  readonly responseHeaders?: HeaderOperations;

  /**
   * For plain HTTP: what takes the place of the path. For operations with a trailing slash it has one too, and what
   * comes below stays.
   *
   * @default - the path stays
   */
  readonly rewrite?: string;

  /**
   * For plain HTTP: an answer that sends the client somewhere else.
   *
   * @default - the call is carried
   */
  readonly redirect?: HttpRedirect;

  /**
   * Whether it holds for calls from outside as well, where everybody may send any metadata.
   *
   * @default false
   */
  readonly atIngress?: boolean;
}

/**
 * A route of its own for some calls of a service: by metadata, by caller, or by RPC.
 *
 * Leaves in the cluster: a route before those of the service, in the order of the constructs, with the deadline and
 * retries that the RPC has anyway. Whoever may make these calls may come with them to where they are led: the other
 * service admits them to exactly these operations, its NetworkPolicy and those of the callers let them pass, and the
 * callers' Sidecars know it. The weight of a canary that the other service has holds for them as well. Where a token, a
 * denial or an authorizer guards the service that is called, one of that kind has to guard the same calls there too,
 * under the path that they have there; whose token, and which callers it denies, is not compared.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `NoEffect`, `NotForRpcs`, `NotOurs`,
 * `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`, `NoOperations`, `UnknownPort`, `InvalidPath`, `NothingToRoute`,
 * `EmptyMatch`, `InvalidHeader`, `InvalidHeaderValue`, `CallersAtIngress`, `RouteShadowed`, `InvalidHost`,
 * `InvalidRedirect`, what its `RouteTarget` says; at synth `NoCanary`, `ReleasedByController`,
 * `TooManyCallers`, `GuardLost`, `NoProxy`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
 */
export class TrafficRoute extends Construct {
  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of its routes, after that of the routes they stand before
   * @param props which calls, and where they go
   */
  public constructor(scope: Construct, id: string, props: TrafficRouteProps) {
    const where = placeOfNew(scope, id, 'TrafficRoute');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    ZeroTrustNamespace._enclosing(scope, where);
    const { service, to, rewrite, redirect, atIngress = false } = props;
    const calls = specialCalls({ ...props, atIngress }, id, 'TrafficRoute', where);
    refuseShadowed(calls, service._intents.detours, where);
    const requestHeaders = headerOperations(props.requestHeaders, where);
    const responseHeaders = headerOperations(props.responseHeaders, where);
    refuseForRpcs(calls, props, where);
    refuseIdle([to, requestHeaders, responseHeaders, rewrite, redirect], redirect, where);
    if (redirect) checkRedirect(redirect, where);
    if (rewrite !== undefined) checkRewrite(rewrite, calls, where);
    const aim = to?._aim(calls, service, where) ?? {};
    const detour: Detour = { ...calls, to: aim, requestHeaders, responseHeaders, rewrite, redirect };
    service._intents.detours.push(detour);
    if (to?._service ?? rewrite) letThrough(this, service, detour, to?._service ?? service);
    if (to) this.node.addValidation({ validate: () => to._problems(service, where) });
  }
}

function refuseForRpcs({ port }: SpecialCalls, { rewrite, redirect }: TrafficRouteProps, where: string): void {
  if (port.protocol !== PortProtocol.GRPC || (rewrite === undefined && redirect === undefined)) return;
  throw new MeshError({
    code: 'NotForRpcs',
    where,
    what: `it would ${redirect ? 'redirect' : 'rewrite the path of'} RPCs.`,
    why: 'The path of an RPC is its name: another path is another RPC. And no gRPC client follows a redirect.',
    fix: 'to: RouteTarget.service(paymentBeta)',
  });
}

function refuseIdle(effects: unknown[], redirect: HttpRedirect | undefined, where: string): void {
  const present = effects.filter((effect) => effect !== undefined);
  if (present.length > 0 && !(redirect && present.length > 1)) return;
  throw new MeshError({
    code: 'NoEffect',
    where,
    what: present.length === 0 ? 'it changes nothing.' : 'it redirects calls, and says what else happens with them.',
    why:
      present.length === 0
        ? 'Calls would go where they go without it.'
        : 'A redirect is answered at once: nothing is carried anywhere, and Istio refuses a route that says both.',
    fix: 'to: RouteTarget.canary()',
  });
}

function checkRewrite(rewrite: string, { paths = ['/'] }: SpecialCalls, where: string): void {
  httpPath(rewrite, where);
  const odd = paths.find((path) => path.endsWith('/') !== rewrite.endsWith('/'));
  if (odd === undefined) return;
  throw new MeshError({
    code: 'InvalidPath',
    where,
    what: `'${rewrite}' cannot take the place of '${odd}'.`,
    why: 'A path with a trailing slash means everything below and keeps what follows; one without is that path alone.',
    fix: odd.endsWith('/') ? `rewrite: '${rewrite}/'` : `rewrite: '${rewrite.replace(/\/+$/, '') || '/index'}'`,
  });
}

function checkRedirect({ path, host, status = 307 }: HttpRedirect, where: string): void {
  if (path !== undefined) httpPath(path, where);
  if (host !== undefined && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?$/.test(host)) throw invalidHost(host, where);
  if (![301, 302, 303, 307, 308].includes(status) || (path === undefined && host === undefined)) {
    throw new MeshError({
      code: 'InvalidRedirect',
      where,
      what: (path ?? host) ? `${status} is not a redirect.` : 'the redirect leads nowhere else.',
      why: 'Clients would stay where they are, or come back again and again.',
      fix: "redirect: { path: '/moved', status: 308 }",
    });
  }
}

function invalidHost(host: string, where: string): MeshError {
  return new MeshError({
    code: 'InvalidHost',
    where,
    what: `'${host}' is not a host name.`,
    why: 'Clients would be sent to a place that does not exist.',
    fix: "redirect: { host: 'www.example.com' }",
  });
}
