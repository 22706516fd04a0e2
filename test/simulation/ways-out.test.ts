import { type Ask, Simulated, wordFor } from '../support/simulated';

// As https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway-tls-origination/ has it.
const PODS = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: order, namespace: shop}
spec:
  selector: {matchLabels: {app: order}}
  template:
    metadata: {labels: {app: order}}
    spec: {serviceAccountName: order, containers: [{name: app, image: order}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {serviceAccountName: web, containers: [{name: app, image: web}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: egress, namespace: exits}
spec:
  selector: {matchLabels: {istio: egress}}
  template:
    metadata: {labels: {istio: egress}, annotations: {inject.istio.io/templates: gateway}}
    spec: {serviceAccountName: egress, containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: exits}
spec: {selector: {istio: egress}, ports: [{name: http2, port: 443, targetPort: 8443}]}
---
`;

interface Ways {
  readonly mode?: string;
  readonly sni?: string;
  readonly served?: string;
  readonly named?: string;
  readonly onward?: string;
  readonly rewrite?: string;
}

function mesh(ways: Ways): Simulated {
  const { mode = 'ISTIO_MUTUAL', sni = 'api.example.com', served = 'api.example.com', rewrite = '' } = ways;
  const { named = 'hosts: [api.example.com, "api.example.com:*"]', onward = 'exits/egress' } = ways;
  const extra = mode === 'SIMPLE' ? ', credentialName: tls' : '';
  return new Simulated(`${PODS}
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec: {hosts: [api.example.com], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 443, name: grpc, protocol: GRPC}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: exits}
spec:
  selector: {istio: egress}
  servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: ['*/${served}'], tls: {mode: ${mode}${extra}}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress, namespace: exits}
spec:
  host: egress.exits.svc.cluster.local
  subsets: [{name: api, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: ${sni}}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [mesh, exits/egress]
  http:
    - match: [{gateways: [mesh]}]
      ${rewrite}
      route: [{destination: {host: egress.exits.svc.cluster.local, subset: api, port: {number: 443}}}]
    - match: [{gateways: [${onward}], uri: {prefix: /shop.}}]
      route: [{destination: {host: api.example.com, port: {number: 443}}}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: egress, namespace: exits}
spec:
  selector: {matchLabels: {istio: egress}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/order]}}]
      to: [{operation: {${named}, paths: [/shop.*, /other.*]}}]
`);
}

const call: Ask = { from: 'shop/order', to: 'api.example.com', path: '/shop.Order/Place' };

describe('a call that leaves through a gateway', () => {
  test.each<[string, Ways, Partial<Ask>, string]>([
    ['passes for whom the gateway admits', {}, {}, 'allow'],
    ['is refused there for anybody else', {}, { from: 'shop/web' }, 'deny 7'],
    ['is refused there for another path', {}, { path: '/third.Order/Place' }, 'deny 7'],
    ['ends there without a route outside', {}, { path: '/other.Order/Place' }, 'deny 12'],
    ['ends there if the route outside is for another gateway', { onward: 'exits/other' }, {}, 'deny 12'],
    [
      'is known by the name that the client called, not by that of the gateway',
      { named: 'hosts: [egress.exits.svc.cluster.local]' },
      {},
      'deny 7',
    ],
    [
      'is known by another name that the route gives it',
      { rewrite: 'rewrite: {authority: www.example.com}' },
      {},
      'deny 7',
    ],
    ['gets no connection by a name that no server has', { sni: 'www.example.com' }, {}, 'deny 14'],
    ['gets no connection from a server of another name', { served: 'www.example.com' }, {}, 'deny 14'],
    ['gets in by any name where a server takes any', { served: '*', sni: 'www.example.com' }, {}, 'allow'],
    ['is not followed where the server takes other certificates', { mode: 'SIMPLE' }, {}, 'unknown'],
  ])('%s', (_, ways, ask, word) => {
    expect(wordFor(mesh(ways).ask({ ...call, ...ask }))).toBe(word);
  });

  test('says where it went', () => {
    const texts = mesh({})
      .ask(call)
      .reasons.map(({ text }) => text);
    expect(texts).toContain('a server of exits/egress for api.example.com takes certificates of the mesh');
    expect(texts.at(-1)).toBe("api.example.com is outside of the mesh, and the client's proxy knows it");
  });
});

describe('the network of a call that leaves', () => {
  const SERVICE_ENTRY = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec: {hosts: [api.example.com], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 443, name: grpc, protocol: GRPC}]}
---
`;
  const policy = (egress: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: order, namespace: shop}
spec: {podSelector: {matchLabels: {app: order}}, policyTypes: [Egress], egress: [${egress}]}
---
`;
  const block = (cidr: string, except = '') => `to: [{ipBlock: {cidr: ${cidr}, except: [${except}]}}]`;

  test.each([
    ['no policy', '', 'allow'],
    ['a policy that lets nothing out', policy(''), 'deny 14'],
    ['a policy that lets everything out', policy('{}'), 'allow'],
    ['every address', policy(`{${block('0.0.0.0/0')}}`), 'allow'],
    ['every address that is not private', policy(`{${block('0.0.0.0/0', '10.0.0.0/8, 192.168.0.0/16')}}`), 'allow'],
    ['every address but some that are not private', policy(`{${block('0.0.0.0/0', '203.0.113.0/24')}}`), 'unknown'],
    ['some addresses, of which the host may have one', policy(`{${block('203.0.113.0/24')}}`), 'unknown'],
    ['every address at the port', policy(`{${block('0.0.0.0/0')}, ports: [{port: 443}]}`), 'allow'],
    ['every address at another port', policy(`{${block('0.0.0.0/0')}, ports: [{port: 80}]}`), 'deny 14'],
    ['pods of any kind', policy('{to: [{namespaceSelector: {}}]}'), 'deny 14'],
  ])('with %s', (_, yaml, word) => {
    expect(wordFor(new Simulated(PODS + SERVICE_ENTRY + yaml).ask(call))).toBe(word);
  });

  test('says what a rule lacks', () => {
    const yaml = PODS + SERVICE_ENTRY + policy('{to: [{namespaceSelector: {}}], ports: [{port: 80}]}');
    expect(
      new Simulated(yaml)
        .ask(call)
        .nearMisses()
        .map(({ lacks }) => lacks),
    ).toEqual([
      ['the server is api.example.com, not one of all pods in any namespace', 'the port is TCP 443, not TCP 80'],
    ]);
  });
});
