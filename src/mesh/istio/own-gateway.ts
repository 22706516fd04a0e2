import type { Ingress } from '../edge';
import type { DeploymentSpec, ServiceSpec } from './types';

const HEALTH_PORT = 15021;
const DRAIN_SECONDS = 50;

/** The port on which an own gateway listens: unprivileged, so that its pods need no capability. */
export function listenerPort(ingress: Ingress): number {
  return ingress.tls ? 8443 : 8080;
}

/** Labels by which the pods of an own gateway are found. */
export function ownGatewayLabels(name: string): Record<string, string> {
  return { app: name, istio: name };
}

/** istiod hands a certificate to a gateway whose ServiceAccount may list the Secrets beside it; it asks for no more. */
export const secretRules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }];

/** Pods that the injector fills with the proxy of its own version. */
export function gatewayDeployment(name: string, replicas: number): DeploymentSpec {
  const labels = ownGatewayLabels(name);
  return {
    replicas,
    selector: { matchLabels: labels },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
    template: {
      metadata: {
        annotations: {
          'inject.istio.io/templates': 'gateway',
          'proxy.istio.io/config': JSON.stringify({ terminationDrainDuration: `${DRAIN_SECONDS}s` }),
        },
        labels: { ...labels, 'sidecar.istio.io/inject': 'true' },
      },
      spec: {
        serviceAccountName: name,
        // The right to list Secrets is for istiod's question; the pod itself has no token for the API server.
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: DRAIN_SECONDS + 10,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'istio-proxy',
            image: 'auto',
            resources: { requests: { cpu: '100m', memory: '128Mi' } },
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
              readOnlyRootFilesystem: true,
              runAsNonRoot: true,
            },
          },
        ],
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: labels },
            matchLabelKeys: ['pod-template-hash'],
          },
        ],
      },
    },
  };
}

/** The address of an own gateway outside the cluster. */
export function gatewayService(ingress: Ingress): ServiceSpec {
  const edge = ingress.tls ? { name: 'https', port: 443 } : { name: 'http', port: 80 };
  return {
    type: 'LoadBalancer',
    selector: ingress.gateway.pods.labels,
    ports: [
      { name: 'http-status', port: HEALTH_PORT, targetPort: HEALTH_PORT, protocol: 'TCP', appProtocol: 'http' },
      { ...edge, targetPort: listenerPort(ingress), protocol: 'TCP', appProtocol: edge.name },
    ],
  };
}
