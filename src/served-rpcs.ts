import type { Duration } from 'cdk8s';
import { didYouMean, MeshError } from './errors';
import { type Asked, refuseEmpty } from './operations';
import { type CallPolicy, DEFAULT_DEADLINE, type MethodPolicy, methodPolicy } from './values/call-policy';
import type { GrpcApi } from './values/grpc-api';
import type { GrpcMethod } from './values/grpc-method';

/** What a user says of the calls of some RPCs. */
export interface CallPolicies {
  readonly deadline?: Duration;
  readonly callPolicies?: { [method: string]: CallPolicy };
}

/** The RPCs of one server, found by the words that users have for them. */
export class ServedRpcs {
  /** In the order of the `.proto`. */
  public readonly methods: GrpcMethod[];

  private readonly apis: GrpcApi[];

  /** `server`: how messages call it. */
  public constructor(
    apis: GrpcApi[],
    private readonly server: string,
    where: string,
  ) {
    this.apis = distinctApis(apis, where);
    this.methods = this.apis.flatMap(({ methods }) => methods);
  }

  /** The RPCs that these words name. Left out: what the server is there for; health and reflection have to be named. */
  public named(names: string[] | undefined, asked: Asked): GrpcMethod[] {
    if (names === undefined) return this.applicationMethods;
    refuseEmpty(names, asked);
    return names.map((name) => this.methodNamed(name, asked));
  }

  /** How each RPC is called: what the user said of it, or what its `.proto` says. */
  public policies({ deadline = DEFAULT_DEADLINE, callPolicies = {} }: CallPolicies, where: string): MethodPolicy[] {
    const line = (list: string) => `callPolicies: { ${list}: { deadline: Duration.seconds(5) } }`;
    const byPath = new Map<string, CallPolicy>();
    for (const [name, policy] of Object.entries(callPolicies)) {
      const { path } = this.methodNamed(name, { where, line });
      if (byPath.has(path)) throw twoPolicies(name, where);
      byPath.set(path, policy);
    }
    return this.methods.map((method) => methodPolicy(method, deadline, byPath.get(method.path) ?? {}, where));
  }

  /** Paths in the order of the `.proto`, not of the calls; then those that it does not know. */
  public ordered(paths: string[]): string[] {
    const wanted = new Set(paths);
    const known = this.methods.map(({ path }) => path).filter((path) => wanted.delete(path));
    return [...known, ...[...wanted].sort()];
  }

  private get applicationMethods(): GrpcMethod[] {
    const apis = this.apis.filter((api) => !api._isInfrastructure);
    return (apis.length > 0 ? apis : this.apis).flatMap(({ methods }) => methods);
  }

  private methodNamed(name: string, asked: Asked): GrpcMethod {
    const [method, ...service] = name.replace(/^\//, '').split('/').reverse();
    const fullName = service[0];
    const apis = fullName === undefined ? this.apis : this.apis.filter((api) => api.fullName === fullName);
    if (apis.length === 0) throw this.notServed(fullName, method, asked);
    const found = apis.flatMap((api) => api.methods).filter((candidate) => candidate.name === method);
    if (found.length === 1) return found[0];
    throw found.length === 0 ? unknownMethod(method, apis, asked) : ambiguousMethod(method, found, asked);
  }

  private notServed(fullName: string, method: string, asked: Asked): MeshError {
    const names = this.apis.map((api) => api.fullName);
    const close = didYouMean(fullName, names);
    const meant = /'(.*)'/.exec(close)?.[1];
    return new MeshError({
      code: 'NotServedHere',
      where: asked.where,
      what: `asks for ${fullName}, but ${this.server} does not serve it.`,
      why: `It serves: ${names.join(', ')}.${close}`,
      fix: meant
        ? asked.line(`'${meant}/${method}'`)
        : `new GrpcService(scope, '${this.server}', { apis: [api.service('${fullName}')], ... })`,
    });
  }
}

function unknownMethod(name: string, apis: GrpcApi[], asked: Asked): MeshError {
  const names = apis.flatMap(({ methods }) => methods.map((method) => method.name));
  const close = didYouMean(name, names);
  return new MeshError({
    code: 'UnknownMethod',
    where: asked.where,
    what: `calls '${name}', but ${apis.map(({ fullName }) => fullName).join(', ')} has no such method.`,
    why: `Its methods are: ${names.join(', ')}.${close}`,
    fix: asked.line(`'${/'(.*)'/.exec(close)?.[1] ?? names[0]}'`),
  });
}

function ambiguousMethod(name: string, found: GrpcMethod[], asked: Asked): MeshError {
  return new MeshError({
    code: 'AmbiguousMethod',
    where: asked.where,
    what: `'${name}' is a method of ${found.map(({ service }) => service).join(' and of ')}.`,
    why: 'Which one is meant decides who may do what.',
    fix: asked.line(`'${found[0].service}/${name}'`),
  });
}

function twoPolicies(name: string, where: string): MeshError {
  return new MeshError({
    code: 'DuplicateCallPolicy',
    where,
    what: `callPolicies has a second entry for '${name}'.`,
    why: 'An RPC has one route, so one of the two would be lost.',
    fix: `callPolicies: { '${name}': { ... } }`,
  });
}

function distinctApis(apis: GrpcApi[], where: string): GrpcApi[] {
  const names = apis.map(({ fullName }) => fullName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (apis.length > 0 && twice === undefined) return [...apis];
  throw new MeshError({
    code: apis.length === 0 ? 'NoApis' : 'DuplicateApi',
    where,
    what: apis.length === 0 ? 'it serves no API.' : `it serves ${twice} twice.`,
    why: 'Each RPC has one path, one route and one entry in the policy.',
    fix: "apis: [ProtoApi.fromFile('coffee.proto').service('coffee.v1.Payment')]",
  });
}
