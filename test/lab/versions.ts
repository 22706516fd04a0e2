/** Go modules and their versions. */
export type Modules = Readonly<Record<string, string>>;

/**
 * An Istio minor is one line here: `'1.30': { 'istio.io/istio': 'v0.0.0-DATE-COMMIT' }`, the version that
 * `go list -m istio.io/istio@1.30.N` answers. All else follows from it, its API and Kubernetes' libraries included; a
 * module is named beside it only where the one that Istio wants cannot be had, or is not the latest patch.
 * The first is the default: mesh/go.mod and apiserver/go.mod build it, and versions.test.ts holds that they agree.
 */
export const ISTIO: Readonly<Record<string, Modules>> = {
  '1.31': {
    'istio.io/istio': 'v0.0.0-20260827124520-eed52ebb66ad',
    'istio.io/api': 'v1.31.1',
    'istio.io/client-go': 'v1.31.1',
    'github.com/envoyproxy/go-control-plane/envoy': 'v1.39.0',
    'github.com/envoyproxy/go-control-plane/contrib': 'v1.36.1-0.20260729145720-a2d8c7492908',
    'sigs.k8s.io/gateway-api': 'v1.6.3',
  },
};

/** The API server and its store: the same for every Istio, but for the CRDs. */
export const API_SERVER: Modules = {
  'k8s.io/kubernetes': 'v1.35.4',
  'go.etcd.io/etcd/server/v3': 'v3.6.5',
};

/** The Envoy that stands in for every istio-proxy, from the API level of the default Istio. */
export const ENVOY = '1.39.3';

export const [DEFAULT] = Object.keys(ISTIO);

/** The minors that LAB_ISTIO names: one of them, or `all`. */
export function wanted(named = process.env.LAB_ISTIO): string[] {
  const known = Object.keys(ISTIO);
  if (!named) return [DEFAULT];
  if (named === 'all') return known;
  if (!known.includes(named))
    throw new Error(`LAB_ISTIO is ${named}, but test/lab/versions.ts has ${known.join(', ')}.`);
  return [named];
}
