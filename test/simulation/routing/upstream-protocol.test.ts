import type { JsonObject } from '../../../src/manifests/json';
import type { Protocol } from '../../../src/manifests/protocol';
import type { TrafficPolicy } from '../../../src/manifests/types';
import { upstreamProtocolOf } from '../../../src/simulation/routing/upstream-protocol';

const http = (settings: JsonObject): TrafficPolicy => ({ connectionPool: { http: settings } });

// https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
test.each<[Protocol, TrafficPolicy, 'UPGRADE' | undefined, 'sidecar' | 'gateway', string]>([
  ['grpc', {}, undefined, 'sidecar', 'http2'],
  ['grpc', {}, undefined, 'gateway', 'http2'],
  ['grpc-web', {}, undefined, 'gateway', 'http2'],
  ['http2', {}, undefined, 'gateway', 'http2'],
  ['http', {}, undefined, 'gateway', 'http1'],
  ['http', http({ h2UpgradePolicy: 'UPGRADE' }), undefined, 'gateway', 'http2'],
  ['http', {}, 'UPGRADE', 'gateway', 'http2'],
  ['http', http({ h2UpgradePolicy: 'DO_NOT_UPGRADE' }), 'UPGRADE', 'gateway', 'http1'],
  ['http', http({ useClientProtocol: true }), 'UPGRADE', 'gateway', 'client'],
  ['auto', {}, undefined, 'sidecar', 'client'],
  ['auto', {}, undefined, 'gateway', 'http1'],
  // The mesh upgrades only what is declared, a rule whatever it names.
  ['auto', {}, 'UPGRADE', 'gateway', 'http1'],
  ['auto', http({ h2UpgradePolicy: 'UPGRADE' }), undefined, 'gateway', 'http2'],
  ['tcp', {}, undefined, 'sidecar', 'tcp'],
])('to a port for %s with %j, mesh %s, a %s speaks %s', (protocol, policy, mesh, proxy, expected) => {
  expect(upstreamProtocolOf(protocol, policy, mesh, proxy)).toBe(expected);
});
