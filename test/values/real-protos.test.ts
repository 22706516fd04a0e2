import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App } from 'cdk8s';
import { GrpcApi, GrpcService, ProtoApi, Streaming, Workload, ZeroTrustNamespace } from '../../src';
import { type Manifest, Manifests } from '../support/manifests';

// Protos that nobody here wrote: Google's APIs, etcd, and the gRPC health service, from their own npm packages.
const GOOGLE = dirname(require.resolve('google-proto-files/package.json'));
const ETCD = join(dirname(require.resolve('etcd3/package.json')), 'proto');
const HEALTH = join(dirname(require.resolve('grpc-health-check/package.json')), 'proto');

const STRING_OR_COMMENT = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[\s\S]*?\*\/|\/\/.*/g;
const SERVICE_OR_RPC =
  /\bservice\s+(\w+)\s*\{|\brpc\s+(\w+)\s*\(\s*(stream\s+)?[\w.]+\s*\)\s*returns\s*\(\s*(stream\s+)?[\w.]+\s*\)/g;

/** The files below a folder that declare services. */
function filesWithServices(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.proto') && !/(^|\/)(node_modules|build)\//.test(name))
    .map((name) => join(folder, name))
    .filter((file) => /^\s*service\s+\w+\s*\{/m.test(readFileSync(file, 'utf8')))
    .sort();
}

/** What a reader with a pencil finds in the files: no parser, so that it cannot make the parser's mistakes. */
function found(files: string[]): string[] {
  return files.flatMap((file) => {
    const text = readFileSync(file, 'utf8').replace(STRING_OR_COMMENT, ' ');
    const scope = /^package\s+([\w.]+)\s*;/m.exec(text)?.[1] ?? '';
    let service = '';
    return [...text.matchAll(SERVICE_OR_RPC)].flatMap(([, name, rpc, request, response]) => {
      service = name ?? service;
      return rpc === undefined
        ? []
        : [`/${scope}.${service}/${rpc} ${kind(request !== undefined, response !== undefined)}`];
    });
  });
}

function kind(request: boolean, response: boolean): Streaming {
  if (request) return response ? Streaming.BIDI : Streaming.CLIENT;
  return response ? Streaming.SERVER : Streaming.NONE;
}

function apisOf(api: ProtoApi): GrpcApi[] {
  return api.serviceNames.map((name) => api.service(name));
}

function rpcs(apis: GrpcApi[]): string[] {
  return apis.flatMap(({ methods }) => methods.map(({ path, streaming }) => `${path} ${streaming}`));
}

/** Each API as a service of its own, in one namespace, as it would be written. */
function synthesized(apis: GrpcApi[]): Manifests {
  const app = new App();
  const namespace = new ZeroTrustNamespace(app, 'upstream');
  for (const [i, api] of apis.entries()) {
    new GrpcService(namespace, `service-${i}`, { workload: Workload.image('example/server:1.0.0'), apis: [api] });
  }
  expect(namespace.node.validate()).toEqual([]);
  return Manifests.of(app);
}

interface HttpRoute {
  readonly match?: { readonly uri: { readonly exact: string } }[];
  readonly timeout?: string;
  readonly retries: { readonly attempts: number; readonly retryOn?: string };
}

/** The routes of a VirtualService: what each RPC gets. */
function routesByPath({ spec }: Manifest): Map<string, HttpRoute> {
  const routes: HttpRoute[] = spec.http;
  return new Map(
    routes.flatMap((route) => (route.match ?? []).map(({ uri }): [string, HttpRoute] => [uri.exact, route])),
  );
}

const read = {
  google: ProtoApi.fromFiles(filesWithServices(GOOGLE), { includePaths: [GOOGLE] }),
  etcd: ProtoApi.fromFiles(filesWithServices(ETCD)),
  health: ProtoApi.fromFiles(filesWithServices(HEALTH), { includePaths: [HEALTH] }),
};

const batches: [string, string, ProtoApi, number][] = [
  ["Google's APIs", GOOGLE, read.google, 1900],
  ['etcd', ETCD, read.etcd, 6],
  ['gRPC health', HEALTH, read.health, 1],
];

test.each(batches)('%s: every RPC of every file is known, with its streaming kind', (_, folder, api, atLeast) => {
  const expected = new Set(found(filesWithServices(folder)));
  const actual = new Set(rpcs(apisOf(api)));
  expect(api.serviceNames.length).toBeGreaterThanOrEqual(atLeast);
  expect([...expected].filter((rpc) => !actual.has(rpc))).toEqual([]);
  expect([...actual].filter((rpc) => !expected.has(rpc))).toEqual([]);
});

test.each(batches)(
  '%s: every service is written with a route for each RPC, and no stream has a timeout',
  (_, __, api) => {
    // given
    const apis = apisOf(api);
    // when
    const services = synthesized(apis).kind('VirtualService');
    // then
    expect(services).toHaveLength(apis.length);
    const written = services.flatMap((service) =>
      [...routesByPath(service)].map(([path, { timeout }]) => `${path} ${timeout ?? 'for ever'}`),
    );
    const wanted = apis.flatMap(({ methods }) =>
      methods.map(({ path, isStreaming }) => `${path} ${isStreaming ? 'for ever' : '30s'}`),
    );
    expect(written.sort()).toEqual(wanted.sort());
  },
);

describe('one by one', () => {
  test.each([
    ['google.pubsub.v1.Subscriber', 'StreamingPull', Streaming.BIDI],
    ['google.pubsub.v1.Publisher', 'Publish', Streaming.NONE],
    ['google.longrunning.Operations', 'GetOperation', Streaming.NONE],
    ['google.bytestream.ByteStream', 'Read', Streaming.SERVER],
    ['google.bytestream.ByteStream', 'Write', Streaming.CLIENT],
    ['google.firestore.v1.Firestore', 'Listen', Streaming.BIDI],
    ['google.firestore.v1.Firestore', 'RunQuery', Streaming.SERVER],
    ['google.cloud.speech.v1.Speech', 'StreamingRecognize', Streaming.BIDI],
  ])("Google's %s/%s is %s", (service, method, streaming) => {
    const { methods } = read.google.service(service);
    expect(methods.find(({ name }) => name === method)?.streaming).toBe(streaming);
  });

  test('the health service is the one that GrpcApi.health() knows', () => {
    const health = read.health.service('grpc.health.v1.Health');
    expect(rpcs([health]).sort()).toEqual(rpcs([GrpcApi.health()]).sort());
    expect(rpcs([health])).toContain('/grpc.health.v1.Health/Watch server');
  });

  test('a watch of etcd may live for ever, and is only begun again where no server has seen it', () => {
    const [watch] = synthesized([read.etcd.service('etcdserverpb.Watch')]).kind('VirtualService');
    const route = routesByPath(watch).get('/etcdserverpb.Watch/Watch');
    expect(route?.retries).toEqual({ attempts: 2, retryOn: 'connect-failure,refused-stream,reset-before-request' });
    expect(route).not.toHaveProperty('timeout');
  });

  test('a put of etcd has a deadline, and is only repeated where no server has seen it', () => {
    const [kv] = synthesized([read.etcd.service('etcdserverpb.KV')]).kind('VirtualService');
    const route = routesByPath(kv).get('/etcdserverpb.KV/Put');
    expect(route?.timeout).toBe('30s');
    expect(route?.retries).toEqual({ attempts: 2, retryOn: 'connect-failure,refused-stream,reset-before-request' });
  });
});
