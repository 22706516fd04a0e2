import { Construct } from 'constructs';
import { MeshError, placeOfNew } from './errors';
import { unusedId } from './kubernetes/owned-object';
import type { MeshService } from './mesh-service';
import { variable } from './operations';
import { withProxy } from './outside-mesh';
import { notOurs } from './ownership';
import { selectingLabels } from './values/labels';
import { dnsLabel, nameAbroad, namespaceName } from './values/names';
import { optOut } from './values/opt-out';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Which port takes plaintext, from whom, and why. */
export interface PlaintextPortProps {
  /** The service. */
  readonly service: MeshService;

  /**
   * Name of its port.
   *
   * @default - its RPC port, or its only port
   */
  readonly port?: string;

  /**
   * RPCs or, for an HTTP port, paths (a trailing slash means everything below): all that may be called in plaintext.
   *
   * @default - every RPC but health and reflection, or the whole port
   */
  readonly operations?: string[];

  /** Namespace of the pods without a sidecar that call. */
  readonly callerNamespace: string;

  /**
   * Labels of these pods. In plaintext nobody proves who they are: a NetworkPolicy is all that tells them from others.
   *
   * @default - every pod of the namespace
   */
  readonly callerLabels?: { [key: string]: string };

  /**
   * Take nothing but plaintext, as for a server that speaks TLS of its own. Callers in the mesh then have no identity
   * either.
   *
   * @default - mutual TLS as well: callers in the mesh keep it, and their rules
   */
  readonly withoutMutualTls?: boolean;

  /** Why. Stands in the YAML. */
  readonly reason: string;
}

/**
 * One port of one service that takes calls without a certificate: of a scraper, of a namespace that is not in the mesh.
 *
 * Leaves in the cluster: a PeerAuthentication for this port, called after the service, so that every other port stays
 * STRICT; an AuthorizationPolicy that admits callers without an identity to these operations; a NetworkPolicy that
 * lets their pods reach the port. All three carry an annotation with the reason. What callers in the mesh may do is as
 * before. Several of them at one port add up: whoever reaches it in plaintext may do what any of them opens.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `NotOurs`, `NoProxy`, `NoReason`,
 * `AnotherMtlsMode`, `NoLabels`, `InvalidLabel`, `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`, `NoOperations`,
 * `UnknownPort`, `InvalidPath`.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export class PlaintextPort extends Construct {
  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of its policies
   * @param props which port, for whom, and why
   */
  public constructor(scope: Construct, id: string, props: PlaintextPortProps) {
    const where = placeOfNew(scope, id, 'PlaintextPort');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    const home = ZeroTrustNamespace._enclosing(scope, where);
    const { service, port, operations, callerNamespace, callerLabels, withoutMutualTls = false } = props;
    if (service._isPeer) throw notOurs(service.host, where);
    withProxy(service, where);
    const line = (list: string) => `{ service: ${variable(service.node.id)}, operations: [${list}] }`;
    const open = service._operations(operations, port, { where, line });
    const { containerPort } = open[0].port;
    const door = optOut('insecure-plaintext', props.reason, where);
    const exceptions = service._intents.plaintext;
    const other = exceptions.find(
      (it) => it.containerPort === containerPort && it.withoutMutualTls !== withoutMutualTls,
    );
    if (other) throw anotherMode(service, containerPort, other.by, where);
    const isFirst = exceptions.length === 0;
    exceptions.push({ containerPort, withoutMutualTls, optOut: door, by: where });
    const { namespace } = service._pods;
    const named = { name: nameAbroad(id, home.namespaceName, namespace, where), namespace };
    const labels = callerLabels && selectingLabels(callerLabels, where);
    const callers = { namespace: namespaceName(callerNamespace, where), labels: labels ?? {} };
    // An enforced list beside one that refuses nothing would be the only one, and refuse everybody else.
    const { _dryRun: dryRun } = ZeroTrustNamespace._enclosing(service, where);
    const opened = { pods: service._pods, operations: open, callers, optOut: door, dryRun };
    if (isFirst) {
      home.mesh._backEnd.portMtls(this, { name: service.serviceName, namespace }, service._pods, () => exceptions);
    }
    home.mesh._backEnd.plaintext(this, named, opened);
  }
}

function anotherMode({ serviceName }: MeshService, containerPort: number, first: string, where: string): MeshError {
  return new MeshError({
    code: 'AnotherMtlsMode',
    where,
    what: `port ${containerPort} of ${serviceName} takes mutual TLS as well in one of two descriptions, and in the other it does not.`,
    why: `${first} was first; a port has one mode, and callers in the mesh would lose their identities there or not.`,
    fix: 'withoutMutualTls: true   // in both, or in none',
  });
}
