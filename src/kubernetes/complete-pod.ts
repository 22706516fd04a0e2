import type { HealthCheck } from '../values/health-check';
import type { GracefulDrain } from './graceful-drain';
import type { DeploymentSpec, PodSpec, Probe } from './types';

/** What a Deployment of ours has and cdk8s-plus-28 cannot say. */
export interface Completion {
  /** Labels that select exactly the pods of this Deployment. */
  readonly selector: Record<string, string>;
  readonly health?: HealthCheck;
  /** Port of the container that is asked for its health. */
  readonly healthPort?: number;
  readonly drain: GracefulDrain;
}

/** cdk8s-plus marks pods with an address of its own; ours are found by `app`. */
const ADDRESS_LABEL = 'cdk8s.io/metadata.addr';

/**
 * A Deployment spec as cdk8s-plus-28 renders it, completed in the field names of Kubernetes.
 *
 * Volumes, variables, further containers and whatever else was added through cdk8s-plus stay.
 */
export function complete(spec: DeploymentSpec, completion: Completion): DeploymentSpec {
  const { template } = spec;
  const { [ADDRESS_LABEL]: _, ...labels } = template.metadata?.labels ?? {};
  const pod = template.spec as PodSpec;
  return {
    ...spec,
    template: {
      ...template,
      metadata: { ...template.metadata, labels },
      spec: completePod(pod, completion),
    },
  };
}

function completePod(pod: PodSpec, { selector, health, healthPort, drain }: Completion): PodSpec {
  const { hostNetwork, setHostnameAsFQDN, containers, securityContext, ...rest } = pod;
  const [main, ...others] = containers;
  const probes = health && healthPort !== undefined ? probesOf(health, healthPort) : {};
  const lifecycle = { preStop: { sleep: { seconds: drain.preStopSeconds } } };
  return {
    ...rest,
    ...(hostNetwork && { hostNetwork }),
    ...(setHostnameAsFQDN && { setHostnameAsFQDN }),
    // Without it every Service of the namespace shows up as variables such as REDIS_PORT=tcp://10.0.0.7:6379.
    enableServiceLinks: false,
    securityContext: { ...securityContext, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{ ...main, ...probes, lifecycle }, ...others],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selector },
        matchLabelKeys: ['pod-template-hash'],
      },
    ],
  };
}

function probesOf(health: HealthCheck, port: number): Record<string, Probe> {
  const check = health._handler(port);
  return {
    startupProbe: { ...check, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...check, periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...check, periodSeconds: 10, failureThreshold: 3 },
  };
}
