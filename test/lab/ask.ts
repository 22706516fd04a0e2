import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Finding } from './lab';
import type { Toolbox } from './toolbox';

/*
 * The protocol of `lab ask`: a line of JSON is a request, a line of JSON answers it, in turn.
 *
 *   {"load": {"manifests": ["YAML", ...], "meshConfig": {...}, "replicas": {...}}}   -> Loaded
 *   {"calls": [Call, ...]}                                                          -> {"answers": [Answer, ...]}
 *   {"dump": ["shop/web", ...]}                                                     -> {"dump": {"shop/web": {...}}}
 *
 * What could not be done is answered with {"error": "one sentence"}. A load replaces everything that was loaded before.
 * The pods are kept, and their proxies with them, if the loads differ in nothing but AuthorizationPolicy,
 * PeerAuthentication, RequestAuthentication, VirtualService, DestinationRule, Sidecar and Gateway; then it takes a tenth
 * of a second. Its answer comes when every proxy has acknowledged the new configuration and has closed the connections
 * that began under the old one. Calls of one request run at the same time, over one connection for each client and way;
 * every request opens new ones.
 */

/** What a cluster is made of. */
export interface Load {
  /** YAML texts, each with any number of documents. */
  readonly manifests: readonly string[];
  /** Changes of Istio's defaults, such as `trustDomain`. */
  readonly meshConfig?: Readonly<Record<string, unknown>>;
  /** Pods of workloads "namespace/name"; 1 if not named. */
  readonly replicas?: Readonly<Record<string, number>>;
}

/** What came of a load. */
export interface Loaded {
  /** Why documents are left out: no cluster takes them, by the word of their schema or of istiod's webhook. */
  readonly refused: readonly Finding[];
  /** What proxies did not accept of istiod's configuration. */
  readonly rejected: readonly string[];
  /** Whether the pods are new ones. */
  readonly restarted: boolean;
  readonly milliseconds: number;
}

/** A call to make. */
export interface Call {
  /** Comes back in the answer. */
  readonly id: string;
  /** A workload or a pod, such as shop/web or shop/web-0; or "outside", which is no pod of the mesh. */
  readonly from: string;
  /** host:port. The name of a workload or of a pod stands for the address of the pod. */
  readonly to: string;
  /** The gateway to enter by, a workload; needed if there are several. */
  readonly via?: string;
  /** Default: `to`. */
  readonly authority?: string;
  /** "1.2", "1.3", "any" or "none"; default: any at port 443 or with a certificate, else none. */
  readonly tls?: string;
  /** In the handshake; default: the host, none for a pod. */
  readonly serverName?: string;
  /** Shows the certificate of "[trust domain/]namespace/account". */
  readonly identity?: string;
  /** The authority of the certificate: "trusted" is the public one, "foreign" is unknown; default: the mesh's. */
  readonly client?: 'trusted' | 'foreign';
  /** Offered beside the protocol's own; default: ["istio"] with an identity, as sidecars do. */
  readonly alpn?: readonly string[];
  /** An address of 10.244.128.0/17 to call from, for calls from outside. */
  readonly source?: string;
  /** Default: unary. For `tcp`, the code is 0 if the server answered and 14 if it did not. */
  readonly kind?:
    | 'unary'
    | 'server-stream'
    | 'client-stream'
    | 'bidi-stream'
    | 'grpc-web'
    | 'grpc-web-text'
    | 'preflight'
    | 'http'
    | 'tcp';
  /** The path, such as /shop.Greeter/SayHello. */
  readonly method?: string;
  /** HTTP's method, for `http`; default: GET. */
  readonly verb?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Claims of a token, signed by the key that all issuers of the lab share. It stands where `{token}` is written in the
   * method or in headers; without that, behind `Bearer ` in `authorization`.
   */
  readonly token?: Readonly<Record<string, unknown>>;
  /** Orders for the server: `fail` with a code, the first `times`, at `pod`; `delay`. */
  readonly server?: Readonly<Record<string, string | number>>;
  /** Told to the server, such as 500ms. */
  readonly deadline?: string;
  /** After which the client gives up by itself; default: 5s. */
  readonly patience?: string;
  /** Asks for the route as the client's proxy has it. */
  readonly route?: boolean;
}

/** What one Envoy did with a call, by its access log. */
export interface Hop {
  readonly pod: string;
  readonly side: 'client' | 'server' | 'gateway';
  /** Status, 200 for every answer to gRPC. */
  readonly http?: number;
  /** Why: `via_upstream`, `route_not_found`, `rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[0]]`, ... */
  readonly details?: string;
  /** Envoy's response flags: NR, UF, UH, URX, ... */
  readonly flags?: string;
  /** Name of the route. */
  readonly route?: string;
  /** Namespace/name of the VirtualService that the route is from. */
  readonly virtualService?: string;
  /** outbound|PORT|SUBSET|HOST, inbound|PORT||, PassthroughCluster, BlackHoleCluster, ... */
  readonly cluster?: string;
  /** Address. */
  readonly upstream?: string;
  readonly attempts?: number;
  /** Of one try; missing for none. */
  readonly timeoutMs?: string;
  /** SPIFFE id of the client's certificate. */
  readonly peer?: string;
  readonly serverName?: string;
}

/** What a call came to. */
export interface Answer {
  readonly id: string;
  /** Why the call could not be made at all; then nothing else counts. */
  readonly fault?: string;
  /** gRPC's; -1 where there is none, 14 without a connection, 1 if the client gave up. */
  readonly code: number;
  readonly message?: string;
  /** Status, of calls in HTTP/1.1. */
  readonly http?: number;
  /** Of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly messages?: number;
  readonly tls?: string;
  /** Who answered, and the label `version` of it. */
  readonly pod?: string;
  readonly version?: string;
  /** The SPIFFE id that the mesh told the server. */
  readonly caller?: string;
  /** Headers at the server. */
  readonly arrived?: Readonly<Record<string, string>>;
  /** Arrivals at applications. */
  readonly attempts: number;
  /** The proxies on the way; in a call that was tried again, those of every try. */
  readonly hops: readonly Hop[];
  /** Envoy's RouteAction, or a sentence on why there is none. */
  readonly route?: Readonly<Record<string, unknown>> | string;
}

/** A mesh that runs, and can be asked. Whoever starts one closes it. */
export class LiveMesh {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly ended: Promise<void>;
  private readonly waiting: { take: (line: string) => void; fail: (reason: Error) => void }[] = [];
  private complaint = '';

  /** `settings` are istiod's own, such as PILOT_ENABLE_XDS_CACHE. */
  public constructor(tools: Toolbox, settings: Readonly<Record<string, string>> = {}) {
    const env = { ...process.env, ...settings };
    this.process = spawn(tools.lab, ['ask', '--envoy', tools.envoy], { env });
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => (this.complaint += text));
    this.process.stdin.on('error', () => undefined); // the end of the process says why
    createInterface({ input: this.process.stdout }).on('line', (line) => this.waiting.shift()?.take(line));
    this.ended = new Promise((resolve) => {
      const end = (reason: Error) => {
        for (const { fail } of this.waiting.splice(0)) fail(reason);
        resolve();
      };
      this.process.on('error', end);
      this.process.on('close', (status) => end(new Error(`lab ask ended with ${status}: ${this.complaint}`)));
    });
  }

  /** Replaces everything that was loaded before. */
  public async load(load: Load): Promise<Loaded> {
    return await this.request<Loaded>({ load });
  }

  /** Makes the calls, at the same time, and answers in their order. */
  public async ask(calls: readonly Call[]): Promise<Answer[]> {
    const { answers } = await this.request<{ answers: Answer[] }>({ calls });
    return answers;
  }

  /** Listeners, clusters, routes and endpoints of workloads' proxies. */
  public async dump(...workloads: string[]): Promise<Record<string, Record<string, unknown[]>>> {
    const { dump } = await this.request<{ dump: Record<string, Record<string, unknown[]>> }>({ dump: workloads });
    return dump;
  }

  /** Ends everything that runs. */
  public async close(): Promise<void> {
    this.process.stdin.end();
    const late = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
    await this.ended;
    clearTimeout(late);
  }

  private async request<Reply>(request: object): Promise<Reply> {
    if (this.process.exitCode !== null) throw new Error(`lab ask has ended: ${this.complaint}`);
    const line = await new Promise<string>((take, fail) => {
      this.waiting.push({ take, fail });
      this.process.stdin.write(`${JSON.stringify(request)}\n`);
    });
    const reply = JSON.parse(line) as Reply & { error?: string };
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply;
  }
}
