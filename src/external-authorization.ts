import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshError, placeOfNew } from './errors';
import type { GrpcService } from './grpc-service';
import { reserve } from './kubernetes/claims';
import { unusedId } from './kubernetes/owned-object';
import type { Operations } from './mesh/parties';
import { needProvider } from './mesh-needs';
import type { MeshService } from './mesh-service';
import { variable } from './operations';
import { withProxy } from './outside-mesh';
import { notOurs } from './ownership';
import { ExtensionProvider } from './values/extension-provider';
import { PortProtocol } from './values/mesh-port';
import { dnsLabel, nameAbroad } from './values/names';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Which calls are asked about, and who answers. */
export interface ExternalAuthorizationProps {
  /** The service whose calls are asked about. */
  readonly service: MeshService;

  /**
   * Who answers: a service of ours or a peer that serves `GrpcApi.externalAuthorization()`.
   *
   * It is an extension provider of the mesh, called after its Service and namespace: `MeshSettings` has it by itself.
   */
  readonly authorizer: GrpcService;

  /**
   * RPCs or, for an HTTP port, paths (a trailing slash means everything below).
   *
   * @default - every RPC but health and reflection, or the whole port
   */
  readonly operations?: string[];

  /**
   * Name of the service's port.
   *
   * @default - its RPC port, or its only port
   */
  readonly port?: string;

  /**
   * How long one answer may take. Without one in time the call is refused. Whole milliseconds, at least 1; one
   * authorizer has one timeout in the whole mesh.
   *
   * @default Duration.seconds(1)
   */
  readonly timeout?: Duration;
}

/**
 * A server of yours is asked about calls before they reach a service.
 *
 * It can only refuse: who may call at all stays as it is declared. It is asked before tokens are read, so it gets the
 * request as it came, without its body. If it does not answer, the call is refused: PERMISSION_DENIED (7).
 *
 * Leaves in the cluster: an AuthorizationPolicy with the action CUSTOM; and the call of the service to its authorizer,
 * as `calls()` leaves it. Nothing is asked until the mesh knows the provider: until then everything is refused, and
 * the synth says `MissingProvider` if there is neither a `MeshSettings` nor its name in `Mesh.istio({
 * extensionProviders })`.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `NotOurs`, `NoProxy`, `NothingToGuard`,
 * `SelfAuthorization`, `SecondAuthorizer`, `NotServedHere` for an authorizer that is none, `InvalidDuration`,
 * `InvalidProviderName`, `AnotherProvider`, `UnknownMethod`, `AmbiguousMethod`, `NoOperations`, `UnknownPort`,
 * `InvalidPath`; at synth `MissingProvider`.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
 */
export class ExternalAuthorization extends Construct {
  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of the policy
   * @param props which calls, and who answers
   */
  public constructor(scope: Construct, id: string, props: ExternalAuthorizationProps) {
    const where = placeOfNew(scope, id, 'ExternalAuthorization');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    const home = ZeroTrustNamespace._enclosing(scope, where);
    const { service, authorizer, operations, port } = props;
    if (service._isPeer) throw notOurs(service.host, where);
    withProxy(service, where);
    if (service === authorizer) throw selfAuthorization(service, where);
    const line = (list: string) => `{ service: ${variable(service.node.id)}, operations: [${list}] }`;
    const meant = service._operations(operations, port, { where, line });
    refuseTcp(meant, service, where);
    const provider = providerFor(props, where);
    const by = reserve(this, `authorization of ${service.node.path}`, where) ?? where;
    if (reserve(this, `authorizer of ${service.node.path}`, provider.name) !== undefined)
      throw secondAuthorizer(service, by, where);
    needProvider(this, home, provider, where);
    service.calls(authorizer, [CHECK]);
    service._intents.guards.push({ kind: 'authorization', by: where, operations: meant });
    const { namespace } = service._pods;
    home.mesh._backEnd.decision(
      this,
      { name: nameAbroad(id, home.namespaceName, namespace, where), namespace },
      { pods: service._pods, action: { ask: provider.name }, operations: meant, callers: [], except: [], when: [] },
    );
  }
}

const CHECK = 'envoy.service.auth.v3.Authorization/Check';

function providerFor({ authorizer, timeout }: ExternalAuthorizationProps, where: string): ExtensionProvider {
  const line = () => "new GrpcService(shop, 'authorizer', { apis: [GrpcApi.externalAuthorization()], ... })";
  const [{ port }] = authorizer._operations([CHECK], undefined, { where, line });
  return ExtensionProvider.grpcAuthorizer(`${authorizer.serviceName}-${authorizer.namespaceName}`, {
    host: authorizer.host,
    port: port.port,
    timeout,
  });
}

function refuseTcp([{ port }]: Operations[], { serviceName }: MeshService, where: string): void {
  if (port.protocol !== PortProtocol.TCP) return;
  throw new MeshError({
    code: 'NothingToGuard',
    where,
    what: `port ${port.port} of ${serviceName} speaks tcp.`,
    why: 'A TCP connection has no request that anybody could be asked about.',
    fix: "port: 'http'",
  });
}

function selfAuthorization(service: MeshService, where: string): MeshError {
  return new MeshError({
    code: 'SelfAuthorization',
    where,
    what: `${service.serviceName} is to be asked about its own calls.`,
    why: 'The question is a call as well, about which it would be asked.',
    fix: "authorizer: new GrpcService(shop, 'authorizer', { apis: [GrpcApi.externalAuthorization()], ... })",
  });
}

function secondAuthorizer(service: MeshService, first: string, where: string): MeshError {
  return new MeshError({
    code: 'SecondAuthorizer',
    where,
    what: `another authorizer is asked about calls of ${service.serviceName} already: ${first}.`,
    why: 'Istio refuses every call for which two providers would have to be asked at one workload.',
    fix: 'let the one authorizer ask the other',
  });
}
