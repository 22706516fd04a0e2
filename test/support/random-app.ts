import { App } from 'cdk8s';
import fc from 'fast-check';
import { GrpcApi, GrpcService, Workload, ZeroTrustNamespace } from '../../src';

/** A small app, as plain values. Services are known by their index. */
export interface RandomApp {
  readonly services: RandomService[];
  readonly calls: RandomCall[];
}

export interface RandomService {
  readonly namespace: string;
  readonly name: string;
  readonly methods: string[];
  readonly containerPort: number;
}

export interface RandomCall {
  readonly caller: number;
  readonly callee: number;
  /** Indexes into the methods of the callee; undefined: all. */
  readonly methods?: number[];
}

const namespaces = ['shop', 'roastery', 'bank'];
const names = ['order', 'payment', 'inventory', 'menu', 'web'];
const methods = ['Get', 'Put', 'List', 'Watch'];

const service = fc.record({
  namespace: fc.constantFrom(...namespaces),
  name: fc.constantFrom(...names),
  methods: fc.subarray(methods, { minLength: 1 }),
  containerPort: fc.constantFrom(50051, 9000),
});

/** Up to six services of equal and different names, methods and ports; up to twelve calls in any order, some of them twice. */
export const randomApp: fc.Arbitrary<RandomApp> = fc
  .uniqueArray(service, { minLength: 1, maxLength: 6, selector: ({ namespace, name }) => `${namespace}/${name}` })
  .chain((services) => {
    const index = fc.nat(services.length - 1);
    const picked = fc.array(fc.nat(methods.length - 1), { minLength: 1, maxLength: 4 });
    const call = fc
      .record({ caller: index, callee: index, methods: fc.option(picked, { nil: undefined }) })
      .map(({ methods: picks, ...ends }) => {
        const served = services[ends.callee].methods.length;
        return { ...ends, methods: picks?.map((pick) => pick % served) };
      });
    return fc.record({ services: fc.constant(services), calls: fc.array(call, { maxLength: 12 }) });
  });

/** The RPCs of a call by name. */
export function methodsOf({ services }: RandomApp, { callee, methods: picks }: RandomCall): string[] {
  const served = services[callee].methods;
  return picks === undefined ? served : picks.map((pick) => served[pick]);
}

/** Full name of the API that a service serves. */
export function apiOf({ namespace, name }: RandomService): string {
  return `${namespace}.${name}.Api`;
}

/** The app, built with the library. */
export function built(random: RandomApp): App {
  const app = new App();
  const homes = new Map<string, ZeroTrustNamespace>();
  for (const { namespace } of random.services) {
    if (!homes.has(namespace)) homes.set(namespace, new ZeroTrustNamespace(app, namespace));
  }
  const services = random.services.map(
    (shape) =>
      new GrpcService(homes.get(shape.namespace) as ZeroTrustNamespace, shape.name, {
        workload: Workload.image(`${shape.name}:1`),
        apis: [
          GrpcApi.of(
            apiOf(shape),
            shape.methods.map((name) => ({ name })),
          ),
        ],
        containerPort: shape.containerPort,
      }),
  );
  for (const call of random.calls) {
    services[call.caller].calls(services[call.callee], call.methods && methodsOf(random, call));
  }
  return app;
}
