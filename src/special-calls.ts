import type { Construct } from 'constructs';
import { describe, MeshError, type Problem, placeOf } from './errors';
import type { Detour, Mirror, SpecialCalls } from './mesh/contract';
import { meets, onward } from './mesh/onward';
import type { MeshService } from './mesh-service';
import { variable } from './operations';
import { notOurs } from './ownership';
import { conditionsOf, type RequestMatch } from './request-match';
import type { Guard } from './service-intents';
import { PortProtocol } from './values/mesh-port';

/** Which calls of which service a construct is about. */
export interface About {
  readonly service: MeshService;
  readonly operations?: string[];
  readonly port?: string;
  readonly matches?: RequestMatch[];
  readonly atIngress: boolean;
}

/** The calls that a construct is about, or the reason why there are none. */
export function specialCalls(about: About, id: string, kind: string, where: string): SpecialCalls {
  const { service, operations, port: portName, matches, atIngress } = about;
  if (service._isPeer) throw notOurs(service.host, where);
  const line = (list: string) =>
    `new ${kind}(scope, '${id}', { service: ${variable(service.node.id)}, operations: [${list}], ... })`;
  const [{ port, paths }] = service._operations(operations, portName, { where, line });
  if (port.protocol === PortProtocol.TCP) throw noRequests(service, port.port, where);
  const conditions = conditionsOf(matches, where);
  if (atIngress && conditions.length > 0 && conditions.every(({ caller }) => caller !== undefined)) {
    throw callersAtIngress(where);
  }
  return { name: id, port, paths, conditions, atIngress };
}

/** Lets everybody who may make these calls of a service come with them to where they are led. */
export function letThrough(by: Construct, from: MeshService, calls: Detour | Mirror, to: MeshService): void {
  const { port, pods, host } = calls.to.service ?? { port: calls.port, pods: from._pods, host: from.host };
  const led = { ...calls, toPort: port };
  const coming = () =>
    onward(
      from._intents.admissions.list((paths) => paths),
      led,
    );
  to._intents.visitors.push(() => {
    const admissions = coming();
    const anybody = admissions.some(({ caller }) => caller === undefined);
    const doors = from._intents.optOuts.filter(({ name }) => name === 'dangerously-allow-any-caller');
    return { admissions, optOuts: anybody ? doors : [] };
  });
  if (to === from) return;
  // What a browser sends has to be translated there as well.
  if (calls.atIngress) to._intents.webVisitors.push(() => from._intents.web);
  from._intents.beyond.push((caller) => {
    const comes = coming().some((admission) => JSON.stringify(admission.caller?.pods) === JSON.stringify(caller.pods));
    return comes ? [{ key: to._key, host, pods, ports: [port] }] : [];
  });
  by.node.addValidation({ validate: () => (to._isPeer ? [] : problemsOf(by, from, calls, to)) });
}

function problemsOf(by: Construct, from: MeshService, calls: SpecialCalls, to: MeshService): string[] {
  const asked = from._intents.guards.filter(({ operations }) => operations === undefined || meets(operations, calls));
  const lost = asked.find(({ kind }) => !to._intents.guards.some((guard) => guard.kind === kind));
  const problem = to._admissions().problem(placeOf(to));
  return [...(problem ? [problem] : []), ...(lost ? [guardLost(by, lost, from, to)] : [])].map(describe);
}

function guardLost(by: Construct, guard: Guard, from: MeshService, to: MeshService): Problem {
  const kinds = { tokens: 'JwtAuthentication', denials: 'DeniedCalls', authorization: 'ExternalAuthorization' };
  return {
    code: 'GuardLost',
    where: by,
    what: `it leads calls of ${from.serviceName} past ${guard.by}, and nothing of that kind guards ${to.serviceName}.`,
    why: 'A policy holds at the pods that it is about: whoever is refused there would get in by this way.',
    fix: `new ${kinds[guard.kind]}(scope, '${to.serviceName}-...', { service: ${variable(to.node.id)}, ... })`,
  };
}

function noRequests({ serviceName }: MeshService, port: number, where: string): MeshError {
  return new MeshError({
    code: 'NothingToRoute',
    where,
    what: `it is about port ${port} of ${serviceName}, which speaks tcp.`,
    why: 'Proxies tell calls apart by path and metadata; a TCP connection has neither.',
    fix: 'ports: [MeshPort.http(8080)]',
  });
}

function callersAtIngress(where: string): MeshError {
  return new MeshError({
    code: 'CallersAtIngress',
    where,
    what: 'it is for named callers and for calls from outside.',
    why: 'A gateway does not know callers: it would take everybody from outside for them.',
    fix: 'atIngress: false',
  });
}
