import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { clusterOf } from '../support/cluster-of';

const PODS = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: order, namespace: shop}
spec:
  selector: {matchLabels: {app: order}}
  template:
    metadata: {labels: {app: order, tier: back}}
    spec: {containers: [{name: app, image: order}]}
---
`;

const KINDS = [
  ['PeerAuthentication', 'security.istio.io/v1', 'selector: {matchLabels', 'DuplicatePeerAuthentication'],
  ['Telemetry', 'telemetry.istio.io/v1', 'selector: {matchLabels', 'ConflictingTelemetries'],
  ['Sidecar', 'networking.istio.io/v1', 'workloadSelector: {labels', 'ConflictingSidecars'],
] as const;

describe.each(KINDS)('of two of kind %s', (kind, apiVersion, selector, code) => {
  const one = (name: string, labels = '', metadata = '') => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: ${name}, namespace: shop${metadata}}
spec: {${labels && `${selector}: {${labels}}}`}}
---
`;
  const found = (...objects: string[]) =>
    analyze(clusterOf(PODS + objects.join('')), RULES)
      .findings.filter((it) => it.code === code)
      .map(({ object, message }) => [object.replace(/^.*\//, ''), / is for (.*) already/.exec(message)?.[1]]);

  test('for one namespace the second is too late', () => {
    expect(found(one('a'), one('b'))).toEqual([['b', 'namespace shop']]);
  });

  test('the younger is too late, wherever it is written', () => {
    const [old, young] = ['2024-01-01', '2024-02-02'].map((day) => `, creationTimestamp: "${day}T00:00:00Z"`);
    expect(found(one('a', '', young), one('b', '', old))).toEqual([['a', 'namespace shop']]);
  });

  test('for one workload the second is too late', () => {
    expect(found(one('a', 'app: order'), one('b', 'tier: back'))).toEqual([['b', 'shop/order']]);
  });

  test('each counts where one is for the namespace, or for other pods', () => {
    expect(found(one('a'), one('b', 'app: order'), one('c', 'app: payment'))).toEqual([]);
  });
});
