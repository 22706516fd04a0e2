import type { TrafficPolicy } from '../../../src/manifests/types';
import { layeredPolicy } from '../../../src/simulation/routing/traffic-policy';

const POOL = { http: { http2MaxRequests: 1 } };
const OTHER_POOL = { http: { http2MaxRequests: 2 } };
const OUTLIERS = { consecutive5xxErrors: 3 };
const TLS = { mode: 'SIMPLE' } as const;
const AT_80 = (policy: TrafficPolicy): TrafficPolicy => ({ portLevelSettings: [{ port: { number: 80 }, ...policy }] });

// https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/util/util_test.go (TestMergeSubsetTrafficPolicy)
test.each<[string, TrafficPolicy | undefined, TrafficPolicy | undefined, TrafficPolicy]>([
  ['nothing at all', undefined, undefined, {}],
  ['the host alone', { connectionPool: POOL }, undefined, { connectionPool: POOL }],
  ['the subset alone', undefined, { tls: TLS }, { tls: TLS }],
  [
    'blocks of both',
    { connectionPool: POOL, outlierDetection: OUTLIERS },
    { connectionPool: OTHER_POOL, tls: TLS },
    { connectionPool: OTHER_POOL, outlierDetection: OUTLIERS, tls: TLS },
  ],
  [
    'a block of the subset, which is not mixed with that of the host',
    { connectionPool: { http: { maxRetries: 1 }, tcp: { maxConnections: 1 } } },
    { connectionPool: POOL },
    { connectionPool: POOL },
  ],
  [
    "the port's own settings, which inherit nothing",
    { connectionPool: POOL, tls: TLS, ...AT_80({ outlierDetection: OUTLIERS }) },
    undefined,
    { outlierDetection: OUTLIERS },
  ],
  [
    "another port's settings, which say nothing here",
    { connectionPool: POOL, portLevelSettings: [{ port: { number: 443 }, tls: TLS }] },
    undefined,
    { connectionPool: POOL },
  ],
  [
    "the port's settings of the subset, which leave nothing of the host's",
    { connectionPool: POOL, tls: TLS },
    AT_80({ outlierDetection: OUTLIERS }),
    { outlierDetection: OUTLIERS },
  ],
  [
    'what only a whole host can say, below a port of the subset',
    { proxyProtocol: { version: 'V2' }, tls: TLS },
    AT_80({ connectionPool: POOL }),
    { proxyProtocol: { version: 'V2' }, connectionPool: POOL },
  ],
])('%s', (_, host, subset, expected) => {
  expect(layeredPolicy(undefined, host, subset, 80)).toEqual(expected);
});

// https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/cluster_test.go (TestDefaultTrafficPolicy)
describe('the default of the mesh', () => {
  const mesh = { connectionPool: POOL, outlierDetection: OUTLIERS };

  test('holds where no rule speaks', () => {
    expect(layeredPolicy(mesh, undefined, undefined, 80)).toEqual(mesh);
  });

  test('gives way by the block', () => {
    const expected = { connectionPool: OTHER_POOL, outlierDetection: OUTLIERS, tls: TLS };
    expect(layeredPolicy(mesh, { connectionPool: OTHER_POOL, tls: TLS }, undefined, 80)).toEqual(expected);
  });

  test('lies below the subset too', () => {
    expect(layeredPolicy(mesh, undefined, { connectionPool: OTHER_POOL }, 80).outlierDetection).toEqual(OUTLIERS);
  });
});
