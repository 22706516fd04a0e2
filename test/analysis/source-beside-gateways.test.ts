import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { clusterOf } from '../support/cluster-of';

function found(match: string): string[] {
  const yaml = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: payment, namespace: shop}
spec:
  hosts: [payment.shop.svc.cluster.local]
  http: [{match: [{uri: {prefix: /a}}, {${match}}], route: [{destination: {host: payment.shop.svc.cluster.local}}]}]
`;
  const { findings } = analyze(clusterOf(yaml), RULES);
  return findings.filter(({ code }) => code === 'SourceBesideGateways').map(({ path }) => path.join('.'));
}

test.each([
  ['labels', 'gateways: [mesh], sourceLabels: {app: beta}', ['spec.http.0.match.1.sourceLabels']],
  ['a namespace', 'gateways: [mesh], sourceNamespace: beta', ['spec.http.0.match.1.sourceNamespace']],
  ['labels for a gateway', 'gateways: [exits/egress], sourceLabels: {app: beta}', ['spec.http.0.match.1.sourceLabels']],
  ['labels without gateways', 'sourceLabels: {app: beta}', []],
  ['gateways without a source', 'gateways: [mesh]', []],
  ['gateways and no labels', 'gateways: [mesh], sourceLabels: {}', []],
  ['no gateways and labels', 'gateways: [], sourceLabels: {app: beta}', []],
])('a match with %s', (_, match, paths) => {
  expect(found(match)).toEqual(paths);
});
