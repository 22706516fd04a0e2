import { describe, MeshError } from './errors';
import type { Operations } from './mesh/parties';
import { variable } from './operations';
import { type MaybeOutside, withProxy } from './outside-mesh';
import type { CallCondition } from './values/call-condition';
import { PortProtocol } from './values/mesh-port';

/** The service whose calls are meant. */
interface Called extends MaybeOutside {
  readonly _intents: MaybeOutside['_intents'] & { readonly readsTokens: boolean };
}

/** Refuses conditions that no call of these operations could meet, now or, where that is not known yet, at synth. */
export function meetable(service: Called, operations: Operations[], when: CallCondition[], where: string): void {
  if (when.length > 0 && service._isPeer) throw ofPeer(service, where);
  if (when.length > 0) withProxy(service, where);
  const ofRequest = when.find(({ _kind }) => _kind !== 'source');
  const tcp = operations.find(({ port }) => port.protocol === PortProtocol.TCP);
  if (tcp && ofRequest) throw onTcp(ofRequest, tcp, where);
  if (!when.some(({ _kind }) => _kind === 'claim')) return;
  service.node.addValidation({ validate: () => (service._intents.readsTokens ? [] : [unread(service, where)]) });
}

function ofPeer({ serviceName }: Called, where: string): MeshError {
  return new MeshError({
    code: 'ConditionOutside',
    where,
    what: `calls ${serviceName} under a condition, and somebody else owns its objects.`,
    why: 'A condition stands in the policy of the server, which is written in its repository: here it would be lost.',
    fix: `leave \`when\` out; in the repository of ${serviceName}: caller.calls(${variable(serviceName)}, [...], { when: [...] })`,
  });
}

function onTcp({ _kind }: CallCondition, { port }: Operations, where: string): MeshError {
  return new MeshError({
    code: 'ConditionOnTcp',
    where,
    what: `a condition asks for ${_kind === 'claim' ? 'a claim' : 'metadata'} on port ${port.port}, which speaks tcp.`,
    why: 'A TCP connection has neither: Istio would leave the condition out, or the whole rule.',
    fix: "CallCondition.sourceAddress(['10.2.0.0/16'])",
  });
}

function unread(service: Called, where: string): string {
  return describe({
    code: 'ClaimNeverRead',
    where,
    what: `a condition asks for a claim at ${service.serviceName}, where nobody reads tokens.`,
    why: 'Only a proxy that validates tokens knows their claims, and none goes along from another one: it would never be true.',
    fix: `new JwtAuthentication(scope, 'users', { service: ${variable(service.node.id)}, issuers: [...] })`,
  });
}
