import type { IConstruct } from 'constructs';
import { describe, MeshError, type Problem } from './errors';
import type { Operations } from './mesh/parties';
import { variable } from './operations';
import type { OptOut } from './values/opt-out';

/** A service, as far as its proxy is concerned. */
export interface MaybeOutside extends IConstruct {
  readonly serviceName: string;
  readonly namespaceName: string;
  readonly _isPeer: boolean;
  readonly _outsideMesh?: OptOut;
  readonly _intents: { readonly plaintext: { readonly containerPort: number }[] };
}

/** Refuses what only a proxy of the service could do. */
export function withProxy({ serviceName, _outsideMesh }: MaybeOutside, where: string): void {
  if (!_outsideMesh) return;
  throw new MeshError({
    code: 'NoProxy',
    where,
    what: `the pods of ${serviceName} have no proxy: ${_outsideMesh.reason}.`,
    why: 'Nobody would enforce it: every call would reach them as before.',
    fix: "Workload.image('...')   // without outsideMesh",
  });
}

/** Says at synth which callee takes no calls of somebody without an identity. */
export function reachableWithoutIdentity(
  caller: MaybeOutside,
  callee: MaybeOutside,
  granted: Operations[],
  where: string,
): void {
  if (!caller._outsideMesh || callee._isPeer || callee._outsideMesh) return;
  const isOpen = ({ port }: Operations) =>
    callee._intents.plaintext.some(({ containerPort }) => containerPort === port.containerPort);
  caller.node.addValidation({
    validate: () => (granted.every(isOpen) ? [] : [describe(nothingToShow(caller, callee, where))]),
  });
}

function nothingToShow(caller: MaybeOutside, callee: MaybeOutside, where: string): Problem {
  return {
    code: 'NoIdentityToShow',
    where,
    what: `it calls ${callee.serviceName}, which wants a certificate, and its pods have no proxy that has one.`,
    why: 'Every call would end as UNAVAILABLE (14).',
    fix: `new PlaintextPort(scope, '${caller.serviceName}-calls', { service: ${variable(callee.node.id)}, callerNamespace: '${caller.namespaceName}', callerLabels: { app: '${caller.serviceName}' }, reason: '...' })`,
  };
}
