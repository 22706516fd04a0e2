import { authorize } from '../../src/simulation/authorize';
import { UNAVAILABLE } from '../../src/simulation/routing/grpc-status';
import { Simulation } from '../../src/simulation/simulation';
import { clusterOf } from '../support/cluster-of';

const MESH = `
apiVersion: v1
kind: Namespace
metadata: { name: edge, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: gateway, namespace: edge }
spec:
  selector: { matchLabels: { istio: ingress } }
  template:
    metadata:
      annotations: { inject.istio.io/templates: gateway }
      labels: { istio: ingress }
    spec:
      containers: [{ name: istio-proxy, image: auto }]
---
apiVersion: v1
kind: Service
metadata: { name: gateway, namespace: edge }
spec:
  selector: { istio: ingress }
  ports:
    - { name: status-port, port: 15021 }
    - { name: http2, port: 80, targetPort: 8080 }
    - { name: https, port: 443, targetPort: 8443 }
    - { name: tcp, port: 6379 }
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy }
---
apiVersion: v1
kind: Pod
metadata: { name: plain, namespace: legacy }
spec: { containers: [{ name: plain, image: plain }] }
---
apiVersion: v1
kind: Pod
metadata: { name: meshed, namespace: edge }
spec: { containers: [{ name: meshed, image: meshed }] }
`;

const gateway = (...servers: string[]) => `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: edge }
spec: { selector: { istio: ingress }, servers: [${servers}] }
`;
const TLS =
  '{ port: { number: 443, name: https, protocol: HTTPS }, hosts: ["*"], tls: { mode: SIMPLE, credentialName: a } }';
const HTTP = '{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }';
const TCP = '{ port: { number: 6379, name: tcp, protocol: TCP }, hosts: ["*"] }';

const route = (host: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: edge }
spec: { hosts: ["${host}"], gateways: [edge], http: [{ route: [{ destination: { host: gateway.edge.svc.cluster.local, port: { number: 80 } } }] }] }
`;

function call(yaml: string, number: number, from: 'plain' | 'meshed' | 'plaintext' = 'plain') {
  const simulation = Simulation.of(clusterOf(yaml));
  const { services, workloads } = simulation.cluster;
  const to = services.get('gateway.edge.svc.cluster.local');
  const port = to?.ports.find((it) => it.number === number);
  const workload = workloads.find(({ name }) => name === from);
  if (!to || !port) throw new Error('no such port');
  const caller = workload ? ({ kind: 'workload', workload } as const) : ({ kind: 'plaintext' } as const);
  const path = number === 80 ? '/a.B/C' : undefined;
  const { outcome, grpcStatus, reasons } = authorize(simulation, { from: caller, to, port, path });
  return { outcome, ...(outcome === 'deny' && { grpcStatus, why: reasons[0]?.text }) };
}

test.each([
  [
    'nothing listens where no Gateway has a server',
    gateway(TLS),
    80,
    UNAVAILABLE,
    'no Gateway makes edge/gateway listen to port 80',
  ],
  ['a server of TLS takes no plaintext', gateway(TLS), 443, UNAVAILABLE, 'port 443 is only for TLS'],
  [
    'a host that no route has is answered 404',
    gateway(HTTP) + route('api.example.com'),
    80,
    undefined,
    'no VirtualService binds gateway.edge.svc.cluster.local to Gateway edge/edge, on port 80',
  ],
])('%s: plaintext from inside is refused', (_, more, port, grpcStatus, why) => {
  for (const from of ['plain', 'plaintext'] as const) {
    expect(call(MESH + more, port, from)).toEqual({ outcome: 'deny', grpcStatus, why });
  }
});

test.each([
  ['a route for every host may take it', gateway(HTTP) + route('*'), 80],
  ['a server of TCP takes the connection', gateway(TCP), 6379],
  ['the agent listens for probes', gateway(TLS), 15021],
])('%s: whether it does is not known', (_, more, port) => {
  expect(call(MESH + more, port)).toEqual({ outcome: 'unknown' });
});

test('another container of the pods may listen: whether it does is not known', () => {
  const two = MESH.replace('image: auto }', 'image: auto }, { name: other, image: other }');
  expect(call(two + gateway(TLS), 80)).toEqual({ outcome: 'unknown' });
});

test('what a client with a sidecar does there is not known', () => {
  expect(call(MESH + gateway(TLS), 80, 'meshed')).toEqual({ outcome: 'unknown' });
});
