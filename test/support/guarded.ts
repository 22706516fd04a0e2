import type { Cluster, ClusterOptions } from '../../src/manifests/cluster';
import { AuthorizationPolicies } from '../../src/simulation/authorization/authorization-policies';
import { RequestAuthentications } from '../../src/simulation/authorization/request-authentication';
import type { Request } from '../../src/simulation/request';
import type { Outcome } from '../../src/simulation/verdict';
import { clusterOf, workloadAt } from './cluster-of';

/** A namespace with sidecars, and one deployment in it. */
export function deployment(
  id: string,
  labels = '',
  namespaceLabels = 'istio-injection: enabled',
  annotations = '',
): string {
  const [namespace, name] = id.split('/');
  return `
apiVersion: v1
kind: Namespace
metadata: { name: ${namespace}, labels: { ${namespaceLabels} } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata:
      labels: { app: ${name}${labels && `, ${labels}`} }
      annotations: { ${annotations} }
    spec:
      serviceAccountName: ${name}
      containers: [{ name: app, image: app:1, ports: [{ containerPort: 8080 }] }]
---
`;
}

/** An AuthorizationPolicy; `spec` is the inside of a flow map. */
export function policy(id: string, spec: string, annotations = ''): string {
  const [namespace, name] = id.split('/');
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${namespace}, annotations: { ${annotations} } }
spec: { ${spec} }
---
`;
}

export function requestAuthentication(id: string, spec: string): string {
  return policy(id, spec).replace('AuthorizationPolicy', 'RequestAuthentication');
}

/** A gRPC call over mutual TLS. */
export function request(changes: Partial<Request> = {}): Request {
  return {
    principal: 'cluster.local/ns/shop/sa/web',
    port: 8080,
    protocol: 'http',
    method: 'POST',
    path: '/shop.Order/Place',
    authority: 'order.shop.svc.cluster.local:8080',
    headers: {},
    ...changes,
  };
}

/** What all policies together say of a request at the one workload `shop/order`, or at another. */
export class Guard {
  public readonly cluster: Cluster;
  public readonly policies: AuthorizationPolicies;
  public readonly tokens: RequestAuthentications;

  public constructor(yaml: string, options?: ClusterOptions) {
    this.cluster = clusterOf(yaml.includes('kind: Deployment') ? yaml : deployment('shop/order') + yaml, {
      malformed: true,
      ...options,
    });
    this.policies = AuthorizationPolicies.of(this.cluster);
    this.tokens = RequestAuthentications.of(this.cluster);
  }

  public decide(changes: Partial<Request> = {}, at = 'shop/order') {
    const workload = workloadAt(this.cluster, at);
    const { outcome, request: authenticated } = this.tokens.authenticate(workload, request(changes));
    if (outcome !== 'pass') throw new Error(`the token is ${outcome}`);
    return this.policies.decide(workload, authenticated);
  }

  /** By both doors, which must agree. */
  public outcome(changes: Partial<Request> = {}, at = 'shop/order'): Outcome {
    const workload = workloadAt(this.cluster, at);
    const decision = this.decide(changes, at);
    const { request: authenticated } = this.tokens.authenticate(workload, request(changes));
    expect(this.policies.outcome(workload, authenticated)).toBe(decision.outcome);
    return decision.outcome;
  }
}
