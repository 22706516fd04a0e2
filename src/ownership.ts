import type { IConstruct } from 'constructs';
import { MeshError } from './errors';
import { holder, reserve } from './kubernetes/claims';
import { variable } from './operations';

/** A service as a construct describes it. */
interface Description {
  readonly host: string;
  readonly isPeer: boolean;
}

/** Refuses a service that is ours and described as a peer too: it would be called on one and opened on the other. */
export function describedOnce(service: IConstruct, { host, isPeer }: Description, where: string): void {
  const [mine, other] = isPeer ? ['peer', 'service'] : ['service', 'peer'];
  const first = holder(service, `${other} ${host}`);
  // Several constructs may describe one peer.
  if (first === undefined) {
    reserve(service, `${mine} ${host}`, where);
    return;
  }
  throw new MeshError({
    code: 'PeerIsOurs',
    where,
    what: `${host} is described twice: ${first} is the same service.`,
    why: 'Calls would be declared on the description of a peer, which opens nothing, and refused by the service itself.',
    fix: `use the one construct: order.calls(${variable(service.node.id)})`,
  });
}

/** The refusal of intent about somebody else's service, of which nothing could be written. */
export function notOurs(host: string, where: string): MeshError {
  return new MeshError({
    code: 'NotOurs',
    where,
    what: `${host} belongs to somebody else, so nothing would be written.`,
    why: 'Whom it admits and what it reaches is written where its own objects are.',
    fix: 'declare it in the program of its owner',
  });
}

/** The refusal of a call to a construct of another App. */
export function anotherApp(serviceName: string, namespaceName: string, where: string): MeshError {
  return new MeshError({
    code: 'AnotherApp',
    where,
    what: `calls ${serviceName}, which belongs to another App.`,
    why: 'Each App writes its own files; the rule of the callee would be missing in one that was written before.',
    fix: `GrpcService.fromGrpcServiceAttributes(scope, '${serviceName}', { name: '${serviceName}', namespaceName: '${namespaceName}', ... })`,
  });
}
