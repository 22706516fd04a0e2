import type { Passage } from '../../../src/simulation/passage';
import { grpcStatusOf } from '../../../src/simulation/routing/grpc-status';
import type { Destination, RouteResult } from '../../../src/simulation/routing/route-result';
import type { Answer } from '../ask';
import type { Prediction } from './predicted';
import type { Probe } from './probes';

/** What became of one question: both say the same, one of them does not know, or they contradict each other. */
export type Comparison =
  | { readonly kind: 'agreed'; readonly outcome: string }
  | { readonly kind: 'unknown'; readonly missing: readonly string[] }
  | { readonly kind: 'disagreed'; readonly predicted: string; readonly answered: string };

export function compared(probe: Probe, prediction: Prediction, answer: Answer): Comparison {
  if (answer.fault !== undefined) throw new Error(`${JSON.stringify(probe)} could not be asked: ${answer.fault}`);
  if (isUnlogged(probe, answer)) return { kind: 'unknown', missing: UNLOGGED };
  if (leavesTheMesh(prediction)) return letOut(probe, answer);
  const passages = drawn(prediction, answer);
  const unsure = passages.filter(({ outcome }) => outcome === 'unknown');
  if (unsure.length > 0) return { kind: 'unknown', missing: unsure.flatMap(({ missing }) => missing) };
  const predicted = [...new Set(passages.map((passage) => wordFor(passage, probe, prediction.route)))];
  const answered = isMirrored(prediction) ? whatCameBack(probe, answer) : whatBecame(probe, answer);
  const fits = predicted.some((word) => answered === word || (word === SOMEHOW && answered !== 'arrives'));
  if (!fits) return { kind: 'disagreed', predicted: predicted.join(' or '), answered };
  const detail = answered === 'arrives' && prediction.route && wrongDetail(prediction.route, answer);
  return detail ? { kind: 'disagreed', ...detail } : { kind: 'agreed', outcome: answered };
}

const UNLOGGED = ['what the proxy has logged of the connection'];

/** Whether the proxy has ended the TLS of a connection stands in its log alone, and that may be late. */
function isUnlogged({ way, from, speaks }: Probe, { code, hops }: Answer): boolean {
  return way === 'direct' && from !== '' && speaks === 'tcp' && code === 0 && hops.length === 0;
}

/** A refusal that clients may see as one or the other. */
const SOMEHOW = 'ends';

/** Of several pods the one that the call came to; all of them, where it came to none. */
function drawn(prediction: Prediction, { hops }: Answer): readonly Passage[] {
  const { arrivals = [] } = prediction;
  if (arrivals.length < 2) return [prediction];
  // A copy of a call is seen at a pod, too.
  const pods = hops.filter(({ side }) => side === 'server').map(({ pod }) => pod.replace(/-\d+$/, ''));
  const found = arrivals.filter(({ workload }) => pods.includes(workload.id));
  return (found.length > 0 ? found : arrivals).map(({ passage }) => passage);
}

/** A call to no Service that no route applies to: nobody answers it in a lab without DNS, what counts is the proxy. */
function leavesTheMesh({ route }: Prediction): boolean {
  if (route?.outcome !== 'routed') return false;
  const [{ service, upstreamProtocol }] = route.destinations;
  return upstreamProtocol === 'client' && service?.kind !== 'Service';
}

function letOut(probe: Probe, answer: Answer): Comparison {
  const { hops } = answer;
  if (hops.length === 0) return { kind: 'unknown', missing: UNLOGGED };
  return hops.length === 1 && hops[0].cluster === 'PassthroughCluster'
    ? { kind: 'agreed', outcome: 'leaves the mesh' }
    : { kind: 'disagreed', predicted: 'leaves the mesh', answered: whatBecame(probe, answer) };
}

function isMirrored({ route }: Prediction): boolean {
  return route !== undefined && route.mirrors.length > 0;
}

/** What servers and logs say may be of a copy: only what the client sees is certainly of the call. */
function whatCameBack({ speaks }: Probe, { code, http = 0, message = '' }: Answer): string {
  // Nobody but an application that speaks nothing but gRPC answers 415.
  if (speaks === 'http')
    return [200, 415].includes(http) ? 'arrives' : `ends with ${http > 0 ? grpcStatusOf(http) : code}`;
  return code === 0 || message.startsWith('malformed method name') ? 'arrives' : `ends with ${code}`;
}

function wordFor({ outcome, grpcStatus }: Passage, { speaks }: Probe, route: RouteResult | undefined): string {
  if (outcome === 'allow') return 'arrives';
  const own = speaks === 'http' && route?.outcome !== 'routed' ? route?.httpStatus : undefined;
  const status = own === undefined ? grpcStatus : grpcStatusOf(own);
  return status === undefined ? SOMEHOW : `ends with ${status}`;
}

function whatBecame({ speaks, way, from }: Probe, { code, http, attempts, hops, message = '' }: Answer): string {
  // Applications of the lab understand TLS, and so take what proxies pass on; others have no certificate.
  if (way === 'direct' && from !== '' && !hops.some(({ peer }) => peer)) return 'ends with 14';
  if (speaks === 'tcp') return code === 0 ? 'arrives' : `ends with ${code}`;
  // An application may refuse a call before its handlers see it, as it does with what is no gRPC.
  const answeredByApplication = hops.at(-1)?.details === 'via_upstream' || message.startsWith('malformed method name');
  if (attempts > 0 || answeredByApplication) return 'arrives';
  return `ends with ${speaks === 'http' && http !== undefined && http > 0 ? grpcStatusOf(http) : code}`;
}

/** Where the proxy that read the route sent the call, and how long it would have waited. */
function wrongDetail(
  route: RouteResult,
  { hops, version }: Answer,
): { predicted: string; answered: string } | undefined {
  const hop = hops.find(({ side }) => side === 'client' || side === 'gateway');
  if (!hop?.cluster?.startsWith('outbound|') || route.outcome !== 'routed') return undefined;
  const clusters = route.destinations.map(clusterOf);
  if (!clusters.includes(hop.cluster)) return { predicted: clusters.join(' or '), answered: hop.cluster };
  const isRead = route.destinations.every(({ upstreamProtocol }) => upstreamProtocol !== 'tcp');
  const owner = route.virtualService && `${route.virtualService.namespace}/${route.virtualService.name}`;
  if (isRead && owner !== hop.virtualService) {
    return { predicted: `a route of ${owner}`, answered: `a route of ${hop.virtualService}` };
  }
  const timeout = ofOneTry(route);
  if (isRead && (hop.timeoutMs ?? '') !== timeout) {
    return { predicted: `timeout '${timeout}'`, answered: `timeout '${hop.timeoutMs ?? ''}'` };
  }
  const versions = route.destinations.flatMap(({ workloads }) => workloads.map(({ labels }) => labels.version));
  return version !== undefined && route.mirrors.length === 0 && !versions.includes(version)
    ? { predicted: `version ${versions.join(' or ')}`, answered: `version ${version}` }
    : undefined;
}

/** The shorter of both, where there are any. */
function ofOneTry({ timeout, retries: { perTryTimeout = Number.POSITIVE_INFINITY } }: RouteResult): string {
  const milliseconds = Math.min(timeout === 'none' ? Number.POSITIVE_INFINITY : timeout, perTryTimeout);
  return Number.isFinite(milliseconds) ? String(milliseconds) : '';
}

function clusterOf({ host, port, subset = '' }: Destination): string {
  return `outbound|${port?.number ?? ''}|${subset}|${host}`;
}
