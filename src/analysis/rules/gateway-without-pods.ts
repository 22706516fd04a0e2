import type { Manifest } from '../../manifests/manifest';
import type { Bodies } from '../../manifests/types';
import { labelsText } from '../labels-text';
import type { Rule } from '../rule';

export const gatewayWithoutPods: Rule = {
  code: 'GatewayWithoutPods',
  severity: 'error',
  summary: 'A Gateway selects none of the gateways that are there',
  aliases: ['IST0101', 'KIA0302'],
  page: {
    given: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata: {labels: {istio: ingress}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: api, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [api.example.com]
      tls: {mode: SIMPLE, credentialName: api-tls}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: api, namespace: shop}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [api.example.com]
      tls: {mode: SIMPLE, credentialName: api-tls}
`,
    why: `A Gateway is for the pods that have all labels of its selector, in whatever namespace. The labels differ from
one way of installing to another: istio: ingressgateway, istio: ingress, istio: gateway. Of no pods, nobody listens.`,
    unless: 'The pods come from elsewhere. It is reported only if there are other gateways among the manifests.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway',
      'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
    ],
  },
  *check({ cluster, selection }) {
    const gateways = cluster.objects('networking.istio.io/Gateway');
    // Pods on the way out are no hint: those on the way in are often somebody else's, and in other files.
    const waysOut = gateways.filter(isWayOut).flatMap(({ body }) => selection.by(undefined, body.spec?.selector ?? {}));
    const gateway = cluster.workloads.find((it) => it.dataPlane === 'gateway' && !waysOut.includes(it));
    if (!gateway) return;
    for (const object of gateways) {
      const { selector = {} } = object.body.spec ?? {};
      if (selection.by(undefined, selector).length > 0) continue;
      const labels = labelsText(gateway.labels);
      yield {
        object,
        path: ['spec', 'selector'],
        message: `No pods have the labels ${labelsText(selector)}, so nobody listens to what this Gateway says. Those of ${gateway.id} have ${labels}.`,
        fix: `selector: {${labels}}   # as many of them as tell the pods apart`,
      };
    }
  },
};

/** Whether only certificates of the mesh open it. */
function isWayOut({ body }: Manifest<Bodies['networking.istio.io/Gateway']>): boolean {
  const { servers = [] } = body.spec ?? {};
  return servers.length > 0 && servers.every(({ tls }) => tls?.mode === 'ISTIO_MUTUAL');
}
