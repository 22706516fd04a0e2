import { type App, Yaml } from 'cdk8s';
import type { ClusterOptions } from '../../src/manifests/cluster';
import { authorizeEdge, type EdgeCall } from '../../src/simulation/edge';
import { workloadAt } from './cluster-of';
import { Manifests } from './manifests';
import { type Ask, Simulated, wordFor } from './simulated';

/** The gateway pods that a Helm release leaves in a cluster. */
const SHARED_GATEWAY = `
apiVersion: v1
kind: Service
metadata: { name: istio-ingress, namespace: istio-ingress }
spec: { selector: { istio: ingress }, ports: [{ name: https, port: 443, targetPort: 8443 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingress, namespace: istio-ingress }
spec:
  selector: { matchLabels: { istio: ingress } }
  template:
    metadata: { labels: { istio: ingress }, annotations: { inject.istio.io/templates: gateway } }
    spec: { serviceAccountName: istio-ingress, containers: [{ name: istio-proxy, image: auto }] }
`;

/** A call from outside: to the shared gateway, unless another one is named. */
export type FromOutside = Partial<Omit<EdgeCall, 'gateway'>> & { readonly gateway?: string };

/** An app, as whoever reads its manifests answers for it: `allow`, `deny 7`, `unknown`. */
export class Asked {
  /** `platform`: what else is in the cluster. */
  public static of(app: App, platform = '', options?: ClusterOptions): Asked {
    const written = Yaml.stringify(...Manifests.of(app).all);
    return new Asked(
      new Simulated([SHARED_GATEWAY, platform, written].filter((it) => it !== '').join('---\n'), options),
    );
  }

  private constructor(private readonly simulated: Simulated) {}

  public inside(ask: Ask): string {
    return wordFor(this.simulated.ask(ask));
  }

  public outside({ gateway, ...call }: FromOutside): string {
    return wordFor(authorizeEdge(this.simulated.simulation, { ...USUAL, ...call, gateway: this.pods(gateway) }));
  }

  /** What the policies of the gateway alone say: it answers a preflight itself, if they let it. */
  public atGateway({ gateway, ...call }: FromOutside): string {
    const { host, path, method } = { ...USUAL, ...call };
    const request = { principal: '', port: 8443, protocol: 'http' as const, path, method, authority: host, sni: host };
    return this.simulated.simulation.policies.outcome(this.pods(gateway), request);
  }

  private pods(gateway = 'istio-ingress/istio-ingress') {
    return workloadAt(this.simulated.simulation.cluster, gateway);
  }
}

const USUAL = { host: 'api.coffee.example', port: 443, path: '/coffee.v1.Order/PlaceOrder', method: 'POST' };
