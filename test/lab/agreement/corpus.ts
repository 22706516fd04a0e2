import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../../src/analysis/rules';
import { type Case, caseOf } from './case';
import { worlds } from './worlds';

const TESTDATA = join(__dirname, '..', 'testdata');
const EXAMPLES = join(__dirname, '..', '..', '..', 'examples');

/** What every rule's page shows, what the lab runs on, the examples, and worlds of the generator. */
export function corpus(count: number, seed: number): Case[] {
  return [...pages(), ...testdata(), ...examples(), ...byHand(), ...worlds(count, seed)];
}

function pages(): Case[] {
  return RULES.flatMap(({ code, page }) => [
    caseOf(`${code}: avoid`, page.given ?? '', page.avoid),
    caseOf(`${code}: prefer`, page.given ?? '', page.prefer),
  ]);
}

function testdata(): Case[] {
  const read = (...names: string[]) => names.map((name) => readFileSync(join(TESTDATA, name), 'utf8'));
  const shop = read('shop.yaml', 'platform.yaml', 'strangers.yaml');
  const traps = readdirSync(join(TESTDATA, 'traps')).map((name) => `traps/${name}`);
  const others = ['traps', 'refused', 'limit', 'live', 'permissive', 'tcp', 'tokens'].map((name) => `${name}.yaml`);
  return [
    caseOf('testdata/shop.yaml', ...shop),
    ...[...traps, ...others].map((name) => caseOf(`testdata/${name}`, ...shop, ...read(name))),
    caseOf('testdata/variety.yaml', ...read('variety.yaml', 'variety.platform.yaml')),
  ];
}

/** What worlds rarely hold. */
function byHand(): Case[] {
  const both = (exportTo: string) => `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop, annotations: {networking.istio.io/exportTo: "${exportTo}"}}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: menu, namespace: shop}
spec: {hosts: [menu.shop.svc.cluster.local], ports: [{number: 443, name: tls, protocol: TLS}], resolution: NONE}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  exportTo: [.]
  http: [{route: [{destination: {host: menu.shop.svc.cluster.local, port: {number: 50051}}}]}]
`;
  const keptOut = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: disabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu, sidecar.istio.io/inject: "true"}}
    spec: {containers: [{name: app, image: menu}]}
---
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec:
  selector: {app: menu}
  ports: [{name: grpc, port: 80, targetPort: 50051}, {name: tcp, port: 81, targetPort: 50051}]
`;
  const forMesh = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.example.com]
  gateways: [mesh, edge]
  http:
    - match: [{uri: {prefix: /shop.v1.Menu/}, gateways: [mesh]}]
      directResponse: {status: 204}
    - match: [{uri: {prefix: /shop.v1.Menu/Get}}]
      directResponse: {status: 200}
`;
  const edge = (name: string, host: string) => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {istio: edge}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [${host}]
      tls: {mode: SIMPLE, credentialName: ${name}-tls}
`;
  const removed = `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: menu, namespace: shop}
spec:
  configPatches:
    - {applyTo: HTTP_ROUTE, match: {context: SIDECAR_OUTBOUND}, patch: {operation: REMOVE}}
`;
  // Whichever istioctl remembers: of one that is hidden it is the other.
  return [
    caseOf('a patch that removes a route', removed),
    caseOf('a match for some gateways before one for all', forMesh),
    caseOf('one name for two namespaces', edge('a', './api.example.com'), edge('b', 'api.example.com')),
    caseOf('two protocols of a port of pods that their namespace keeps out of the mesh', keptOut),
    caseOf('a Service and a ServiceEntry for its host', both('*').replace('exportTo: [.]', 'exportTo: [shop]')),
    caseOf('a hidden Service and a ServiceEntry for its host', both('depot')),
  ];
}

function examples(): Case[] {
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => {
    const files = ['expected.yaml', 'platform.yaml'].map((file) => join(EXAMPLES, name, file));
    return caseOf(`examples/${name}`, ...files.map((file) => readFileSync(file, 'utf8')));
  });
}
