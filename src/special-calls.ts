import type { Construct } from 'constructs';
import { describe, MeshError, type Problem, placeOf } from './errors';
import { areAmong, type Led, ledAway, onward } from './mesh/onward';
import type { Admission } from './mesh/parties';
import type { Detour, Mirror, SpecialCalls } from './mesh/routing';
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
  const coming = () => comingWith(led, from);
  to._intents.visitors.push(() => {
    const admissions = coming();
    const anybody = admissions.some(({ caller }) => caller === undefined);
    const doors = from._intents.optOuts.filter(({ name }) => name === 'dangerously-allow-any-caller');
    return { admissions, optOuts: anybody ? doors : [] };
  });
  by.node.addValidation({ validate: () => (to._isPeer ? [] : problemsOf(by, from, led, to)) });
  if (to === from) return;
  // What a browser sends has to be translated there as well.
  if (calls.atIngress) to._intents.webVisitors.push(() => from._intents.web);
  from._intents.beyond.push((caller) => {
    const comes = coming().some((admission) => JSON.stringify(admission.caller?.pods) === JSON.stringify(caller.pods));
    return comes ? [{ key: to._key, host, pods, ports: [port] }] : [];
  });
}

function comingWith(led: SpecialCalls & Led, from: MeshService): Admission[] {
  return onward(
    from._intents.admissions.list((paths) => paths),
    led,
  );
}

function problemsOf(by: Construct, from: MeshService, led: SpecialCalls & Led, to: MeshService): string[] {
  const lost = from._intents.guards.find((guard) => isLost(guard, led, to));
  const isUnasked = to._outsideMesh !== undefined && comingWith(led, from).some(({ when = [] }) => when.length > 0);
  const problems = [
    to._admissions().problem(placeOf(to)),
    lost && guardLost(by, lost, from, to),
    isUnasked ? conditionLost(by, from, to) : undefined,
  ];
  return problems.flatMap((problem) => (problem ? [describe(problem)] : []));
}

function conditionLost(by: Construct, from: MeshService, to: MeshService): Problem {
  return {
    code: 'NoProxy',
    where: by,
    what: `it leads calls of ${from.serviceName} that are admitted under a condition to ${to.serviceName}, whose pods have no proxy.`,
    why: 'Nobody would ask for the condition there: whoever does not meet it would get in by this way.',
    fix: "Workload.image('...')   // without outsideMesh",
  };
}

// What was guarded has to be so where it arrives, under the path that it has there: also at the same service.
function isLost({ kind, operations }: Guard, led: SpecialCalls & Led, to: MeshService): boolean {
  const there = to._intents.guards.filter((guard) => guard.kind === kind);
  if (there.some((guard) => guard.operations === undefined)) return false;
  const guarded = there.flatMap((guard) => guard.operations ?? []);
  return operations === undefined || !areAmong(ledAway(operations, led), guarded);
}

function guardLost(by: Construct, guard: Guard, from: MeshService, to: MeshService): Problem {
  const name = variable(to.node.id);
  const construct = (kind: string) => `new ${kind}(scope, '${to.serviceName}-...', { service: ${name}, ... })`;
  const fixes = {
    tokens: construct('JwtAuthentication'),
    claims: `users.requireClaims(${name}, [...], { ... })`,
    denials: construct('DeniedCalls'),
    authorization: construct('ExternalAuthorization'),
  };
  return {
    code: 'GuardLost',
    where: by,
    what: `it leads calls of ${from.serviceName} past ${guard.by}, and nothing of that kind guards all of them at ${to.serviceName}.`,
    why: 'A policy holds for the pods and paths that it is about: whoever is refused there would get in by this way.',
    fix: fixes[guard.kind],
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
