import { Construct } from 'constructs';
import { meetable } from './call-conditions';
import { MeshError, placeOfNew } from './errors';
import { unusedId } from './kubernetes/owned-object';
import type { Decision, Identity } from './mesh/parties';
import type { MeshService } from './mesh-service';
import { variable } from './operations';
import { withProxy } from './outside-mesh';
import { notOurs } from './ownership';
import type { CallCondition } from './values/call-condition';
import { dnsLabel, nameAbroad } from './values/names';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Which calls of a service are meant. */
export interface DecidedCallsProps {
  /** The service that is called. */
  readonly service: MeshService;

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
   * Only calls of these.
   *
   * @default - of everybody, those without an identity included
   */
  readonly callers?: MeshService[];

  /**
   * Not the calls of these.
   *
   * @default - nobody is spared
   */
  readonly exceptCallers?: MeshService[];

  /**
   * Only calls of which all of this is true.
   *
   * @default - whatever they carry
   */
  readonly when?: CallCondition[];
}

/**
 * Calls that are refused, whoever was allowed to make them.
 *
 * For what must never be, whatever else somebody declares, and for an exception to `dangerouslyAllowAnyCaller`.
 * Undeclared calls are refused without it.
 *
 * Leaves in the cluster: an AuthorizationPolicy with the action DENY, for the port that is meant and no other. Callers
 * get PERMISSION_DENIED (7); a TCP connection is closed. The construct id is its name.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `NotOurs`, `NoProxy`, `EmptyCallers`,
 * `CallersAndExceptions`, `NoIdentityToShow`, `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`, `NoOperations`,
 * `UnknownPort`, `InvalidPath`, `ConditionOnTcp`; at synth `ClaimNeverRead`.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-deny/
 */
export class DeniedCalls extends Construct {
  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of the policy
   * @param props which calls
   */
  public constructor(scope: Construct, id: string, props: DecidedCallsProps) {
    super(scope, newId(scope, id, 'DeniedCalls'));
    decide(this, id, { deny: true }, props, placeOfNew(scope, id, 'DeniedCalls'));
  }
}

/**
 * Calls that are marked for an audit.
 *
 * A mark changes nothing for the call. What becomes of it is for whatever reads it: Istio itself only has a plugin for
 * Stackdriver.
 *
 * Leaves in the cluster: an AuthorizationPolicy with the action AUDIT. The construct id is its name.
 *
 * Refused: what `DeniedCalls` refuses.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-Action
 */
export class AuditedCalls extends Construct {
  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of the policy
   * @param props which calls
   */
  public constructor(scope: Construct, id: string, props: DecidedCallsProps) {
    super(scope, newId(scope, id, 'AuditedCalls'));
    decide(this, id, { audit: true }, props, placeOfNew(scope, id, 'AuditedCalls'));
  }
}

function newId(scope: Construct, id: string, kind: string): string {
  const where = placeOfNew(scope, id, kind);
  return unusedId(scope, dnsLabel(id, where), where);
}

function decide(
  construct: Construct,
  id: string,
  action: Decision['action'],
  props: DecidedCallsProps,
  where: string,
): void {
  const { service, operations, port, callers = [], exceptCallers = [], when = [] } = props;
  const home = ZeroTrustNamespace._enclosing(construct, where);
  if (service._isPeer) throw notOurs(service.host, where);
  withProxy(service, where);
  if (props.callers?.length === 0) throw nobody('callers', service, where);
  if (props.exceptCallers?.length === 0) throw nobody('exceptCallers', service, where);
  if (callers.length > 0 && exceptCallers.length > 0) throw both(callers[0], where);
  for (const caller of [...callers, ...exceptCallers]) if (caller._outsideMesh) throw nameless(caller, where);
  const line = (list: string) => `{ service: ${variable(service.node.id)}, operations: [${list}] }`;
  const meant = service._operations(operations, port, { where, line });
  meetable(service, meant, when, where);
  if ('deny' in action) service._intents.guards.push({ kind: 'denials', by: where, operations: meant });
  const { namespace } = service._pods;
  home.mesh._backEnd.decision(
    construct,
    { name: nameAbroad(id, home.namespaceName, namespace, where), namespace },
    {
      pods: service._pods,
      action,
      operations: meant,
      callers: callers.map(identityOf),
      except: exceptCallers.map(identityOf),
      when,
    },
  );
}

function identityOf({ _caller: { identity } }: MeshService): Identity {
  return identity;
}

function nobody(list: 'callers' | 'exceptCallers', { node }: MeshService, where: string): MeshError {
  return new MeshError({
    code: 'EmptyCallers',
    where,
    what: `the list of ${list} is empty.`,
    why: 'It would mean nobody to some readers and everybody to others, and a list that a program made may be empty by mistake.',
    fix: `{ service: ${variable(node.id)} }   // without ${list}: the calls of everybody`,
  });
}

function nameless({ serviceName, _outsideMesh }: MeshService, where: string): MeshError {
  return new MeshError({
    code: 'NoIdentityToShow',
    where,
    what: `it names ${serviceName}, whose pods have no proxy: ${_outsideMesh?.reason}.`,
    why: 'They show no certificate, so no policy knows their calls: what names them would never hold.',
    fix: 'leave the lists of callers out; a PlaintextPort says what may be called without a certificate',
  });
}

function both(caller: MeshService, where: string): MeshError {
  return new MeshError({
    code: 'CallersAndExceptions',
    where,
    what: 'it names callers, and exceptions.',
    why: 'Whoever is named as a caller is meant and nobody else, so that there is nobody to except.',
    fix: `callers: [${variable(caller.node.id)}]`,
  });
}
