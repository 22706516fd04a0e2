import { describe, MeshError, type Problem } from './errors';
import type { Aim, SpecialCalls } from './mesh/routing';
import type { MeshService } from './mesh-service';
import { variable } from './operations';
import { anotherApp } from './ownership';
import { type HeaderOperations, headerOperations } from './values/header-operations';
import { PortProtocol } from './values/mesh-port';

/** What happens to calls only where they are led to this target. */
export interface RouteTargetOptions {
  /**
   * What happens to the metadata of calls that go there.
   *
   * @default - nothing
   */
  readonly requestHeaders?: HeaderOperations;

  /**
   * What happens to the headers of answers that come from there.
   *
   * @default - nothing
   */
  readonly responseHeaders?: HeaderOperations;
}

/** Another service as a target. */
export interface ServiceTargetOptions extends RouteTargetOptions {
  /**
   * Name of its port.
   *
   * @default - its RPC port, or its only port
   */
  readonly port?: string;
}

/** Where calls are led, or copied to. */
export class RouteTarget {
  /**
   * Another service that serves the same RPCs, or paths. Its own canary gets its share of calls that are led there,
   * and none of those that are copied.
   *
   * Refused by whoever takes it: `NotServedThere`, `AnotherProtocol`, `UnknownPort`, `AnotherApp`, `InvalidHeader`,
   * `InvalidHeaderValue`; at synth `ReleasedByController`, if a controller in the cluster carries out its release.
   *
   * @param service the other service
   * @param options its port, and what happens to metadata on the way. Left out: the RPC port or the only one, nothing
   */
  public static service(service: MeshService, options: ServiceTargetOptions = {}): RouteTarget {
    return new RouteTarget(options, service, undefined);
  }

  /**
   * The canary of the service that is called, whatever its weight.
   *
   * Refused by whoever takes it: `InvalidHeader`, `InvalidHeaderValue`; at synth `NoCanary`.
   *
   * @param options what happens to metadata on the way. Left out: nothing
   */
  public static canary(options: RouteTargetOptions = {}): RouteTarget {
    return new RouteTarget(options, undefined, 'canary');
  }

  /**
   * The stable version of the service that is called, whatever the weight of its canary.
   *
   * Refused by whoever takes it: `InvalidHeader`, `InvalidHeaderValue`; at synth `NoCanary`.
   *
   * @param options what happens to metadata on the way. Left out: nothing
   */
  public static stable(options: RouteTargetOptions = {}): RouteTarget {
    return new RouteTarget(options, undefined, 'stable');
  }

  private constructor(
    private readonly options: ServiceTargetOptions,
    /**
     * @internal
     */
    public readonly _service: MeshService | undefined,
    private readonly version: 'stable' | 'canary' | undefined,
  ) {}

  /**
   * The target as plain facts, checked against the calls that go there.
   *
   * @internal
   */
  public _aim(calls: SpecialCalls, from: MeshService, where: string): Aim {
    const headers = {
      requestHeaders: headerOperations(this.options.requestHeaders, where),
      responseHeaders: headerOperations(this.options.responseHeaders, where),
    };
    const { _service: service, version } = this;
    if (!service) return { ...headers, version };
    if (service.node.root !== from.node.root) throw anotherApp(service.serviceName, service.namespaceName, where);
    const line = () => `RouteTarget.service(${variable(service.node.id)})`;
    const [{ port }] = service._operations(undefined, this.options.port, { where, line });
    if (port.protocol !== calls.port.protocol) throw anotherProtocol(from, service, where);
    const served = new Set(service._routing().methods.map(({ method }) => method.path));
    const missing = port.protocol === PortProtocol.GRPC && calls.paths?.find((path) => !served.has(path));
    if (missing) throw notServed(missing, service, where);
    const routing = () => service._routing();
    return {
      ...headers,
      service: { host: service.host, pods: service._pods, port, routing },
    };
  }

  /**
   * What the versions of a service do not allow.
   *
   * @internal
   */
  public _problems(from: MeshService, where: string): string[] {
    const released = this._service?._intents.releasedBy;
    if (this._service && released !== undefined) return [describe(releasedElsewhere(this._service, released, where))];
    if (!this.version || from._intents.canary) return [];
    return [
      describe({
        code: 'NoCanary',
        where,
        what: `it leads to the ${this.version} version of ${from.serviceName}, which has one version only.`,
        why: 'A route to a version that does not exist is answered UNAVAILABLE (14).',
        fix: `new CanaryRelease(scope, '${from.serviceName}-next', { service: ${variable(from.node.id)}, ... })`,
      }),
    ];
  }
}

function notServed(path: string, { serviceName }: MeshService, where: string): MeshError {
  const [, api, method] = path.split('/');
  return new MeshError({
    code: 'NotServedThere',
    where,
    what: `${serviceName} does not serve ${method} of ${api}.`,
    why: 'Calls that are led there would be answered UNIMPLEMENTED (12).',
    fix: `new GrpcService(scope, '${serviceName}', { apis: [api.service('${api}')], ... })`,
  });
}

function releasedElsewhere({ serviceName }: MeshService, by: string, where: string): Problem {
  return {
    code: 'ReleasedByController',
    where,
    what: `it leads to ${serviceName}, whose release ${by} leaves to a controller.`,
    why: 'The controller splits the calls of that service alone: of others the new version would get none, or far too many.',
    fix: 'rollout: { controller: RolloutController.STATIC, ... }',
  };
}

function anotherProtocol(from: MeshService, to: MeshService, where: string): MeshError {
  return new MeshError({
    code: 'AnotherProtocol',
    where,
    what: `the ports of ${from.serviceName} and ${to.serviceName} speak different protocols.`,
    why: 'A gRPC call that arrives at a port of plain HTTP, or the other way round, is answered with an error.',
    fix: `RouteTarget.service(${variable(to.node.id)}, { port: '...' })`,
  });
}
