import { EnvValue, type Workload } from 'cdk8s-plus-28';
import { MeshError } from '../errors';
import { MeshDeployment } from './mesh-deployment';

/** Addresses of callees in the environment of a client's containers, those of its canary included. */
export class CalleeAddresses {
  private readonly addresses = new Map<string, string>();
  private readonly clients: Workload[] = [];

  /** A workload whose first container is told every address, past and to come. */
  public join(client: Workload): void {
    this.clients.push(client);
    for (const [name, address] of this.addresses) addVariable(client, name, address);
  }

  /** Tells an address under a name that no other value has. */
  public tell(name: string, address: string, where: string): void {
    if (!VARIABLE.test(name)) throw notAVariable(name, where);
    if (this.clients.length === 0) throw noContainer(name, where);
    for (const client of this.clients) {
      if (client.containers.length === 0) throw containerToCome(name, client.name, where);
      const taken = client.containers[0].env.variables[name];
      if (taken && taken.value !== address)
        throw variableTaken(name, address, String(taken.value ?? 'a reference'), where);
      addVariable(client, name, address);
    }
    this.addresses.set(name, address);
  }
}

const VARIABLE = /^[-._A-Za-z][-._A-Za-z0-9]*$/;

function addVariable(client: Workload, name: string, address: string): void {
  client.containers[0].env.addVariable(name, EnvValue.fromValue(address));
  if (client instanceof MeshDeployment) client.addressVariables.add(name);
}

function notAVariable(name: string, where: string): MeshError {
  return new MeshError({
    code: 'InvalidName',
    where,
    what: `'${name}' cannot be the name of an environment variable.`,
    why: 'Kubernetes takes letters, digits, underscores, dashes and dots, and no digit first.',
    fix: "{ addressEnv: 'PAYMENT_ADDRESS' }",
  });
}

function containerToCome(name: string, client: string, where: string): MeshError {
  return new MeshError({
    code: 'NoContainer',
    where,
    what: `'${name}' cannot be set, '${client}' has no container yet.`,
    why: 'The address goes into the first container of the pods.',
    fix: 'add the container first, then declare the call',
  });
}

function noContainer(name: string, where: string): MeshError {
  return new MeshError({
    code: 'NoContainer',
    where,
    what: `'${name}' cannot be set, its pods are deployed by somebody else.`,
    why: 'Only the Deployment of a container can say what is in its environment.',
    fix: 'leave addressEnv out, and set the variable where the pods are deployed',
  });
}

function variableTaken(name: string, address: string, taken: string, where: string): MeshError {
  return new MeshError({
    code: 'EnvironmentTaken',
    where,
    what: `the variable '${name}' shall be '${address}', but it is '${taken}' already.`,
    why: 'The second value would silently replace the first.',
    fix: `{ addressEnv: '${name}_2' }`,
  });
}
