import type { HealthCheck } from '../values/health-check';
import type { GracefulDrain } from './graceful-drain';
import type { Container, DeploymentSpec, PodSpec, Probe, Variable } from './types';

/** What a Deployment of ours has and cdk8s-plus-28 cannot say. */
export interface Completion {
  /** Labels that select exactly the pods of this Deployment. */
  readonly selector: Record<string, string>;
  readonly health?: HealthCheck;
  /** Port of the container that is asked for its health. */
  readonly healthPort?: number;
  readonly drain: GracefulDrain;
  /** Variables of the container that are written by name; all others stay where they are. */
  readonly addressVariables: ReadonlySet<string>;
  /** The image that takes the place of the one it was born with. */
  readonly image: () => string | undefined;
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
    ...unsaid(spec, { minReadySeconds: 0, progressDeadlineSeconds: 600 }),
    template: {
      ...template,
      metadata: { ...template.metadata, labels },
      spec: completePod(pod, completion),
    },
  };
}

function completePod(pod: PodSpec, completion: Completion): PodSpec {
  const { selector, health, healthPort, drain, addressVariables } = completion;
  const {
    containers,
    initContainers,
    securityContext = {},
    ...rest
  } = unsaid(pod, {
    dnsPolicy: 'ClusterFirst',
    hostNetwork: false,
    restartPolicy: 'Always',
    setHostnameAsFQDN: false,
  });
  const [born, ...others] = containers;
  const main = { ...born, image: completion.image() ?? born.image };
  const env = main.env && byName(main.env, addressVariables);
  const probes = health && healthPort !== undefined ? probesOf(health, healthPort) : {};
  const lifecycle = { preStop: { sleep: { seconds: drain.preStopSeconds } } };
  return {
    ...rest,
    // Without it every Service of the namespace shows up as variables such as REDIS_PORT=tcp://10.0.0.7:6379.
    enableServiceLinks: false,
    securityContext: {
      ...(securityContext.fsGroup === undefined
        ? unsaid(securityContext, { fsGroupChangePolicy: 'Always' })
        : securityContext),
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(initContainers && { initContainers: initContainers.map(restricted) }),
    containers: [{ ...main, ...(env && { env }), ...probes, lifecycle }, ...others.map(restricted)],
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

// What Kubernetes fills in by itself only hides the lines that say something.
function unsaid<T extends object>(value: T, defaults: Partial<T>): T {
  const same = ([field, content]: [string, unknown]) => defaults[field as keyof T] === content;
  return Object.fromEntries(Object.entries(value).filter((entry) => !same(entry))) as T;
}

function byName(env: Variable[], names: ReadonlySet<string>): Variable[] {
  const sorted = env.filter(({ name }) => names.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const next = sorted.values();
  return env.map((variable) => (names.has(variable.name) ? (next.next().value ?? variable) : variable));
}

// Pod Security looks at every container; what cdk8s-plus says of the further ones lacks only this.
function restricted(container: Container): Container {
  return { ...container, securityContext: { capabilities: { drop: ['ALL'] }, ...container.securityContext } };
}

function probesOf(health: HealthCheck, port: number): Record<string, Probe> {
  const check = health._handler(port);
  return {
    startupProbe: { ...check, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...check, periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...check, periodSeconds: 10, failureThreshold: 3 },
  };
}
