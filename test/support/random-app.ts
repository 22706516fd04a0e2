import { App } from 'cdk8s';
import fc from 'fast-check';
import { GrpcApi, GrpcService, MeshError, MeshPort, Workload, ZeroTrustNamespace } from '../../src';

/** A small app, as plain values. Services are known by their index. */
export interface RandomApp {
  readonly services: RandomService[];
  readonly calls: RandomCall[];
  readonly doors: RandomDoor[];
}

/** A gRPC server that has ports of HTTP and TCP as well, if it has a container port for them. */
export interface RandomService {
  readonly namespace: string;
  readonly name: string;
  readonly source: 'image' | 'labels' | 'peer';
  /** Labels by which its pods are selected. */
  readonly selector: Record<string, string>;
  readonly serviceAccount: string;
  readonly methods: string[];
  readonly containerPorts: { readonly grpc: number; readonly http?: number; readonly tcp?: number };
}

/** What a port speaks; also its name. */
export type Speech = keyof RandomService['containerPorts'];

export interface RandomDoor {
  readonly callee: number;
  readonly port: Speech;
  /** Paths; undefined: all. */
  readonly operations?: string[];
}

export interface RandomCall extends RandomDoor {
  readonly caller: number;
}

const names = ['order', 'payment', 'inventory', 'menu', 'web'];
const methods = ['Get', 'Put', 'List', 'Watch'];

/** Somebody else's namespace, in which all peers live. */
export const ABROAD = 'legacy';

const rarely = <T>(strange: fc.Arbitrary<T>, usual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 1, arbitrary: strange }, { weight: 7, arbitrary: usual });
const perhaps = (usual: number) =>
  fc.option(rarely(fc.constantFrom(50051, 9000, 8080), fc.constant(usual)), { nil: undefined });

// Peers that share an identity are their owner's to tell apart.
const strangeAccounts = { labels: fc.constantFrom('default', ...names), peer: fc.constant('default') };

// Some of these programs share container ports, pods or identities, and are to be refused.
const service: fc.Arbitrary<RandomService> = fc
  .record({
    name: fc.constantFrom(...names),
    source: fc.constantFrom<RandomService['source'][]>('image', 'image', 'labels', 'peer'),
  })
  .chain(({ name, source }) =>
    fc.record({
      name: fc.constant(name),
      source: fc.constant(source),
      namespace: source === 'peer' ? fc.constant(ABROAD) : fc.constantFrom('shop', 'roastery', 'bank'),
      selector:
        source === 'labels'
          ? fc.oneof(
              fc.constant({ team: name }),
              fc.constantFrom(...names).map((app) => ({ app, version: '1' })),
              fc.constantFrom(...names).map((app) => ({ app })),
            )
          : fc.constant({ app: name }),
      serviceAccount: source === 'image' ? fc.constant(name) : rarely(strangeAccounts[source], fc.constant(name)),
      methods: fc.subarray(methods, { minLength: 1 }),
      containerPorts: fc.record({ grpc: fc.constantFrom(50051, 9000), http: perhaps(8080), tcp: perhaps(6379) }),
    }),
  );

function doorTo(services: RandomService[]): fc.Arbitrary<RandomDoor> {
  return fc.nat(services.length - 1).chain((callee) =>
    fc.constantFrom(...portsOf(services[callee])).chain((port) => {
      const some = fc.subarray(pathsOf(services[callee], port), { minLength: 1 });
      const operations = port === 'tcp' ? fc.constant(undefined) : fc.option(some, { nil: undefined });
      return fc.record({ callee: fc.constant(callee), port: fc.constant(port), operations });
    }),
  );
}

/**
 * Up to six services of equal and different names, methods and ports, some of them not ours; up to twelve calls in any
 * order, some of them twice; now and then an RPC, a path or a port for everybody.
 */
export const randomApp: fc.Arbitrary<RandomApp> = fc
  .uniqueArray(service, { minLength: 1, maxLength: 6, selector: ({ namespace, name }) => `${namespace}/${name}` })
  .chain((services) => {
    const ours = (index: number) => services[index].source !== 'peer';
    const caller = fc.nat(services.length - 1);
    const call = fc.tuple(caller, doorTo(services)).map(([from, to]) => ({ caller: from, ...to }));
    return fc.record({
      services: fc.constant(services),
      calls: fc.array(call, { maxLength: 12 }).map((calls) => calls.filter((c) => ours(c.caller) || ours(c.callee))),
      doors: fc.array(doorTo(services), { maxLength: 1 }).map((doors) => doors.filter((door) => ours(door.callee))),
    });
  });

/** Full name of the API that a service serves. */
export function apiOf({ namespace, name }: RandomService): string {
  return `${namespace}.${name}.Api`;
}

/** The ports that a service has. */
export function portsOf({ containerPorts }: RandomService): Speech[] {
  return (['grpc', 'http', 'tcp'] as const).filter((port) => containerPorts[port] !== undefined);
}

/** What can be asked on a port; on one of TCP nothing can be told apart. */
export function pathsOf(server: RandomService, port: Speech): string[] {
  if (port === 'grpc') return server.methods.map((method) => `/${apiOf(server)}/${method}`);
  return port === 'http' ? ['/a', '/b'] : [''];
}

/** The pods of a service, with as many of their labels as anybody could select them by. */
export function podsOf({ source, name, selector }: RandomService): Record<string, string> {
  return source === 'image' ? { app: name, version: '1', 'app.kubernetes.io/instance': name } : selector;
}

/** The app, built with the library; undefined if the library refuses it. */
export function built(random: RandomApp): App | undefined {
  try {
    return build(random);
  } catch (error) {
    if (error instanceof MeshError) return undefined;
    throw error;
  }
}

function build({ services, calls, doors }: RandomApp): App {
  const app = new App();
  const homes = new Map<string, ZeroTrustNamespace>();
  const home = (namespace: string) => {
    const found = homes.get(namespace) ?? new ZeroTrustNamespace(app, namespace);
    homes.set(namespace, found);
    return found;
  };
  const made = services.map((shape) => {
    const { namespace: namespaceName, name, source, selector, serviceAccount: serviceAccountName } = shape;
    const { grpc: containerPort, http, tcp } = shape.containerPorts;
    const server = {
      apis: [
        GrpcApi.of(
          apiOf(shape),
          shape.methods.map((method) => ({ name: method })),
        ),
      ],
      containerPort,
      ports: [
        ...(http === undefined ? [] : [MeshPort.http(80, { containerPort: http })]),
        ...(tcp === undefined ? [] : [MeshPort.tcp(81, { containerPort: tcp })]),
      ],
    };
    if (source === 'peer') {
      const attributes = { ...server, name, namespaceName, serviceAccountName, podLabels: selector };
      return GrpcService.fromGrpcServiceAttributes(app, name, attributes);
    }
    const workload = source === 'image' ? Workload.image(`${name}:1`) : Workload.labels(selector, serviceAccountName);
    return new GrpcService(home(namespaceName), name, { ...server, workload });
  });
  for (const { caller, callee, port, operations } of calls) made[caller].calls(made[callee], operations, { port });
  for (const { callee, port, operations } of doors) {
    made[callee].dangerouslyAllowAnyCaller({ port, operations, reason: 'everybody' });
  }
  return app;
}
