import { Construct } from 'constructs';
import { MeshError, placeOf, placeOfNew } from './errors';
import type { GrpcService } from './grpc-service';
import { unusedId } from './kubernetes/owned-object';
import type { Mirror } from './mesh/routing';
import { variable, variableOf } from './operations';
import type { RequestMatch } from './request-match';
import type { RouteTarget } from './route-target';
import { letThrough, specialCalls } from './special-calls';
import type { GrpcMethod } from './values/grpc-method';
import { dnsLabel } from './values/names';
import { type OptOutOptions, optOut } from './values/opt-out';
import { percentage } from './values/percentage';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Of which calls a copy goes where. */
export interface TrafficMirrorProps {
  /** The service that is called, and answers. */
  readonly service: GrpcService;

  /**
   * Its RPCs: unary ones of which the `.proto` says that they may be executed twice.
   *
   * @default - all of these, but those of health and reflection
   */
  readonly operations?: string[];

  /**
   * Which calls: one of these matches has to hold.
   *
   * @default - every call
   */
  readonly matches?: RequestMatch[];

  /** Where the copies go. */
  readonly to: RouteTarget;

  /** Percent of the calls that are copied, above 0 and up to 100. */
  readonly percentage: number;

  /**
   * Copy calls of RPCs that change things, or of which the `.proto` does not say that they do not.
   *
   * A copy is a call like any other to whoever takes it: it charges the card a second time, unless its database, and
   * everything behind it, is another one.
   *
   * @default - such RPCs are refused
   */
  readonly dangerouslyMirrorSideEffects?: OptOutOptions;
}

/**
 * Copies of calls for a server that shall be tried with real ones. Nobody waits for its answers or reads them.
 *
 * Leaves in the cluster: a copy in the routes of these RPCs, inside the mesh and through ingresses. Whoever may make
 * the calls may come with the copies: policies of both ends and the callers' Sidecars let them pass. A copy has the
 * host name of the original with `-shadow` after it.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `InvalidPercentage`, `MirrorNotIdempotent`,
 * `MirrorStream`, `MirrorTaken`, `NothingToMirror`, `NoReason`, `NotOurs`, `UnknownMethod`, `AmbiguousMethod`,
 * `NotServedHere`, `NoOperations`, `EmptyMatch`, `InvalidHeader`, what its `RouteTarget` says; at synth `NoCanary`,
 * `ReleasedByController`, `TooManyCallers`, `GuardLost`, `NoProxy`.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/mirroring/
 */
export class TrafficMirror extends Construct {
  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of its routes, after that of the routes they stand before
   * @param props of which calls a copy goes where
   */
  public constructor(scope: Construct, id: string, props: TrafficMirrorProps) {
    const where = placeOfNew(scope, id, 'TrafficMirror');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    ZeroTrustNamespace._enclosing(scope, where);
    const { service, to, dangerouslyMirrorSideEffects: loud } = props;
    const door = loud && optOut('dangerously-mirror-side-effects', loud.reason, where);
    const asked = specialCalls({ ...props, atIngress: conditionsAllow(props.matches) }, id, 'TrafficMirror', where);
    const wanted = service.methods.filter(({ path }) => asked.paths?.includes(path));
    const methods = props.operations ? wanted : wanted.filter((method) => isCopied(method, loud !== undefined));
    refuseEach(methods, service, loud !== undefined, where);
    const share = percentage(props.percentage, 'the mirror', where);
    const calls = { ...asked, paths: methods.map(({ path }) => path) };
    const first = service._intents.mirrors.find((other) => other.paths?.some((path) => calls.paths.includes(path)));
    if (first) throw mirrorTaken(first, where);
    const effects = methods.filter((method) => !method.isIdempotent).map(({ name }) => name);
    const mirror: Mirror & { by: string } = {
      ...calls,
      to: to._aim(calls, service, where),
      percentage: share,
      optOut: door && { ...door, reason: `${effects.join(', ')}: ${door.reason}` },
      by: placeOf(this),
    };
    service._intents.mirrors.push(mirror);
    if (to._service) letThrough(this, service, mirror, to._service);
    this.node.addValidation({ validate: () => to._problems(service, where) });
  }
}

// Calls from outside are copied too, unless only named callers are meant.
function conditionsAllow(matches: RequestMatch[] | undefined): boolean {
  return matches?.some(({ caller }) => caller === undefined) ?? true;
}

function isCopied({ isIdempotent, isStreaming }: GrpcMethod, loud: boolean): boolean {
  return !isStreaming && (isIdempotent || loud);
}

function refuseEach(methods: GrpcMethod[], service: GrpcService, loud: boolean, where: string): void {
  const stream = methods.find(({ isStreaming }) => isStreaming);
  if (stream) throw mirrorStream(stream, service, where);
  const unsafe = methods.find((method) => !isCopied(method, loud));
  if (unsafe) throw notIdempotent(unsafe, where);
  if (methods.length === 0) throw nothingToMirror(service, where);
}

function mirrorStream({ name }: GrpcMethod, service: GrpcService, where: string): MeshError {
  const unary = service._routing().methods.find(({ method }) => isCopied(method, false))?.method.name;
  return new MeshError({
    code: 'MirrorStream',
    where,
    what: `${name} is a streaming RPC.`,
    why: 'Its copy would live as long as the stream, and nobody would read what comes back.',
    fix: unary
      ? `operations: ['${unary}']`
      : `leave ${name} out: ${service.serviceName} has no RPC that is copied without more words`,
  });
}

function notIdempotent({ name }: GrpcMethod, where: string): MeshError {
  return new MeshError({
    code: 'MirrorNotIdempotent',
    where,
    what: `the .proto of ${name} does not say that it may be executed twice.`,
    why: 'Its copy is executed like any call: what it changes would be changed a second time.',
    fix: [
      `rpc ${name}(...) returns (...) { option idempotency_level = IDEMPOTENT; }`,
      "dangerouslyMirrorSideEffects: { reason: 'the copy has a database of its own' }",
    ].join('\n'),
  });
}

function nothingToMirror({ serviceName, node }: GrpcService, where: string): MeshError {
  return new MeshError({
    code: 'NothingToMirror',
    where,
    what: `${serviceName} has no unary RPC of which its .proto says that it may be executed twice.`,
    why: 'Only such calls are copied; no others are by default.',
    fix: `option idempotency_level = NO_SIDE_EFFECTS;   // in the .proto of ${variable(node.id)}`,
  });
}

function mirrorTaken(first: Mirror & { readonly by: string }, where: string): MeshError {
  return new MeshError({
    code: 'MirrorTaken',
    where,
    what: `calls of some of its RPCs are copied by ${first.by} already.`,
    why: 'Of two routes for one call the proxy takes the first: the second would copy nothing.',
    fix: `operations: [...]   // without those of ${variableOf(first.by)}`,
  });
}
