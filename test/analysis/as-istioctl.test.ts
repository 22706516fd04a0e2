import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { Cluster } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';

// What a comparison with the analyzers of istioctl has shown. The comparison itself needs the lab.

function found(code: string, ...objects: string[]): string[] {
  const { manifests } = readManifests([{ name: 'all.yaml', text: objects.join('\n---\n') }]);
  const { findings } = analyze(Cluster.of(manifests), RULES);
  return findings.filter((it) => it.code === code).map(({ path }) => path.join('.'));
}

function object(kind: string, name: string, spec: string, apiVersion = 'networking.istio.io/v1'): string {
  return `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${name}, namespace: shop}, spec: ${spec}}`;
}

const service = (exportTo: string) =>
  `{apiVersion: v1, kind: Service, metadata: {name: menu, namespace: shop, annotations: {networking.istio.io/exportTo: "${exportTo}"}},
    spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}}`;
const HOST = 'menu.shop.svc.cluster.local';

test.each([
  ['depot', '[.]', ['spec.http.0.route.0.destination.host']],
  ['~', '["*"]', ['spec.http.0.route.0.destination.host']],
  ['.', '[.]', []],
  ['depot', '["*"]', []],
  ['depot', '[depot]', []],
])('a Service exported to %s, for a route exported to %s', (exportTo, scopes, paths) => {
  const route = object(
    'VirtualService',
    'menu',
    `{hosts: [${HOST}], exportTo: ${scopes}, http: [{route: [{destination: {host: ${HOST}}}]}]}`,
  );
  expect(found('UnknownHost', service(exportTo), route)).toEqual(paths);
});

test.each(['tcp', 'tls'])('routes of %s lead to hosts, ports and subsets too', (protocol) => {
  const route = (destination: string) =>
    object(
      'VirtualService',
      'menu',
      `{hosts: [${HOST}], ${protocol}: [{match: [{port: 50051, sniHosts: [${HOST}]}], route: [{destination: ${destination}}]}]}`.replace(
        protocol === 'tcp' ? /, sniHosts: \[[^\]]*\]/ : /$^/,
        '',
      ),
    );
  const path = `spec.${protocol}.0.route.0.destination`;
  expect(found('UnknownHost', service('*'), route('{host: menue.shop.svc.cluster.local}'))).toEqual([`${path}.host`]);
  expect(found('UnknownPort', service('*'), route(`{host: ${HOST}, port: {number: 1}}`))).toEqual([
    `${path}.port.number`,
  ]);
  expect(found('UnknownSubset', service('*'), route(`{host: ${HOST}, subset: v1}`))).toEqual([`${path}.subset`]);
  expect(found('UnknownHost', service('*'), route(`{host: ${HOST}}`))).toEqual([]);
});

test('a ServiceEntry for all hosts of a domain declares the ports of each', () => {
  const entry = object(
    'ServiceEntry',
    'partner',
    '{hosts: ["*.example.com"], ports: [{number: 443, name: tls, protocol: TLS}]}',
  );
  const route = (port: number) =>
    object(
      'VirtualService',
      'pay',
      `{hosts: [${HOST}], http: [{route: [{destination: {host: pay.example.com, port: {number: ${port}}}}]}]}`,
    );
  expect(found('UnknownPort', entry, route(444))).toHaveLength(1);
  expect(found('UnknownPort', entry, route(443))).toEqual([]);
});

const gateway = (name: string, selector: string, host: string) =>
  object(
    'Gateway',
    name,
    `{selector: ${selector}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [${host}], tls: {mode: SIMPLE, credentialName: tls}}]}`,
  );

test.each([
  ['{istio: a}', '{istio: a, app: a}', 1],
  ['{istio: a, app: a}', '{istio: a}', 1],
  ['{istio: a}', '{istio: b}', 0],
  ['{istio: a, x: a}', '{istio: a, y: a}', 0],
])('a certificate is shared by Gateways for %s and %s', (one, other, times) => {
  expect(found('SharedCertificate', gateway('one', one, 'a.com'), gateway('other', other, 'b.com'))).toHaveLength(
    times,
  );
});

test.each([
  ['[a.com]', '[one]', []],
  ['[b.com]', '[one]', ['spec.gateways.0']],
  ['[b.com]', '[mesh, one]', ['spec.gateways.1']],
  ['[a.com, b.com]', '[one]', ['spec.hosts.1']],
  ['[a.com, b.com]', '[one, mesh]', []],
  ['[a.com, b.com]', '[one, elsewhere/two]', []],
])('hosts %s at gateways %s', (hosts, gateways, paths) => {
  const route = object(
    'VirtualService',
    'api',
    `{hosts: ${hosts}, gateways: ${gateways}, http: [{directResponse: {status: 204}}]}`,
  );
  expect(found('HostNotInGateway', gateway('one', '{istio: a}', 'a.com'), route)).toEqual(paths);
});

test.each([
  ['["*"]', '[.]', 1],
  ['[.]', '[shop]', 1],
  ['[.]', '[depot]', 0],
  ['["~"]', '["*"]', 0],
])('ServiceEntries exported to %s and %s are at odds where both are read', (one, other, times) => {
  const entry = (name: string, exportTo: string, protocol: string) =>
    object(
      'ServiceEntry',
      name,
      `{hosts: [a.com], exportTo: ${exportTo}, ports: [{number: 443, name: p, protocol: ${protocol}}], resolution: DNS}`,
    );
  expect(found('ConflictingServiceEntries', entry('one', one, 'TLS'), entry('other', other, 'GRPC'))).toHaveLength(
    times,
  );
});

test.each([
  ['labels: {app: a}', 1],
  ['labels: {app: a, sidecar.istio.io/inject: "true"}', 0],
])('the annotation for injection with %s', (labels, times) => {
  const deployment = object(
    'Deployment',
    'a',
    `{selector: {matchLabels: {app: a}}, template: {metadata: {${labels}, annotations: {sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: a, image: a}]}}}`,
    'apps/v1',
  );
  expect(found('DeprecatedAnnotation', deployment)).toHaveLength(times);
});

test.each([
  ['HTTP_FILTER', 'RelativeEnvoyFilter'],
  ['HTTP_ROUTE', 'IneffectiveEnvoyFilter'],
])('REMOVE of %s is one trouble alone', (applyTo, code) => {
  const filter = object(
    'EnvoyFilter',
    'a',
    `{configPatches: [{applyTo: ${applyTo}, match: {context: GATEWAY}, patch: {operation: REMOVE}}]}`,
    'networking.istio.io/v1alpha3',
  );
  const all = ['RelativeEnvoyFilter', 'IneffectiveEnvoyFilter'].filter((it) => found(it, filter).length > 0);
  expect(all).toEqual([code]);
});

test.each([
  ['{mtls: {mode: STRICT}, portLevelMtls: {8080: {mode: DISABLE}}}', ['spec.portLevelMtls']],
  ['{selector: {matchLabels: {app: a}}, portLevelMtls: {8080: {mode: DISABLE}}}', []],
])('a PeerAuthentication %s', (spec, paths) => {
  expect(found('RefusedPolicy', object('PeerAuthentication', 'a', spec, 'security.istio.io/v1'))).toEqual(paths);
});
