import type { Rule } from '../rule';

export const invalidAnnotation: Rule = {
  code: 'InvalidAnnotation',
  severity: 'error',
  summary: 'The value of an annotation is none that the injector of Istio takes, so pods are not made',
  aliases: ['IST0125'],
  page: {
    avoid: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}, annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: "mysql"}}
    spec: {containers: [{name: app, image: menu}]}
`,
    prefer: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}, annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: "3306"}}
    spec: {containers: [{name: app, image: menu}]}
`,
    why: `The injector reads the annotations of each new pod, and refuses the pod for a value that it does not understand:
the Deployment does not come up.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0125/',
      'https://github.com/istio/istio/blob/1.31.1/pkg/kube/inject/validate.go',
    ],
  },
  *check({ written }) {
    for (const { object, name, value, path, on } of written.istioAnnotations) {
      const wanted = on === 'Pod' ? WANTED.get(name) : undefined;
      if (!wanted || wanted.pattern.test(value)) continue;
      yield {
        object,
        path,
        message: `'${value}' is not ${wanted.what}: the injector refuses the pods.`,
        fix: `${name}: "${wanted.like}"`,
      };
    }
  },
};

interface Wanted {
  readonly pattern: RegExp;
  readonly what: string;
  readonly like: string;
}

const PORTS: Wanted = {
  pattern: /^\s*(?:\d{1,5}\s*(?:,\s*\d{1,5}\s*)*)?$/,
  what: 'a list of ports',
  like: '8080,9090',
};
const PORTS_OR_ALL: Wanted = { ...PORTS, pattern: /^\s*(?:\*|\d{1,5}\s*(?:,\s*\d{1,5}\s*)*)?$/ };
const RANGE = String.raw`\s*[\da-fA-F.:]+\/\d{1,3}\s*`;
const RANGES: Wanted = {
  pattern: new RegExp(`^(?:\\*|${RANGE}(?:,${RANGE})*)?$`),
  what: 'a list of address ranges',
  like: '10.0.0.0/8',
};
const NUMBER: Wanted = { pattern: /^\d+$/, what: 'a number', like: '30' };
const BOOLEAN: Wanted = {
  pattern: /^(?:1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/,
  what: 'true or false',
  like: 'true',
};

const WANTED: ReadonlyMap<string, Wanted> = new Map([
  ['traffic.sidecar.istio.io/excludeInboundPorts', PORTS],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', PORTS],
  ['traffic.sidecar.istio.io/includeInboundPorts', PORTS_OR_ALL],
  ['traffic.sidecar.istio.io/includeOutboundIPRanges', RANGES],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', RANGES],
  ['status.sidecar.istio.io/port', NUMBER],
  ['readiness.status.sidecar.istio.io/initialDelaySeconds', NUMBER],
  ['readiness.status.sidecar.istio.io/periodSeconds', NUMBER],
  ['readiness.status.sidecar.istio.io/failureThreshold', NUMBER],
  ['prometheus.istio.io/merge-metrics', BOOLEAN],
  [
    'sidecar.istio.io/interceptionMode',
    { pattern: /^(?:REDIRECT|TPROXY|NONE)$/, what: 'REDIRECT, TPROXY or NONE', like: 'REDIRECT' },
  ],
]);
