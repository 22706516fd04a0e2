import { ApiObject, JsonPatch, Size } from 'cdk8s';
import {
  type Deployment,
  EmptyDirMedium,
  HorizontalPodAutoscaler,
  Metric,
  MetricTarget,
  NetworkPolicy,
  Volume,
} from 'cdk8s-plus-28';
import { Workload, type ZeroTrustNamespace } from '../../src';
import { type Manifest, Manifests } from '../support/manifests';
import { coffeeShop, payment } from '../support/shop';

function deployed(use: (deployment: Deployment, shop: ZeroTrustNamespace) => void = () => {}, image = 'payment:1.4.0') {
  const { app, shop } = coffeeShop();
  use(payment(shop, { workload: Workload.image(image) }).deployment as Deployment, shop);
  return Manifests.of(app).get('Deployment', 'payment');
}

const podOf = ({ spec }: Manifest) => spec.template.spec;

const RESTRICTED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};

describe('the pods of an image are admitted under Pod Security restricted', () => {
  test('by the security context of the pod', () => {
    expect(podOf(deployed()).securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('by the security context of the container', () => {
    expect(podOf(deployed()).containers[0].securityContext).toEqual({
      ...RESTRICTED,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('by the security context of a container that the user adds', () => {
    const [, added] = podOf(
      deployed((deployment) => deployment.addContainer({ name: 'log', image: 'log:1' })),
    ).containers;
    expect(added.securityContext).toEqual(RESTRICTED);
  });

  test('by the security context of an init container that the user adds', () => {
    const manifest = deployed((deployment) => deployment.addInitContainer({ name: 'migrate', image: 'migrate:1' }));
    expect(podOf(manifest).initContainers[0].securityContext).toEqual(RESTRICTED);
  });

  test('without anything of the host', () => {
    expect(Object.keys(podOf(deployed()))).not.toEqual(
      expect.arrayContaining(['hostNetwork', 'hostPID', 'hostIPC', 'volumes']),
    );
  });
});

describe('the labels of the pods', () => {
  test('say what they are, which version, and who manages them', () => {
    expect(deployed().spec.template.metadata.labels).toEqual({
      app: 'payment',
      version: '1.4.0',
      'app.kubernetes.io/name': 'payment',
      'app.kubernetes.io/instance': 'payment',
      'app.kubernetes.io/version': '1.4.0',
      'app.kubernetes.io/managed-by': 'cdk8s-grpc-mesh',
    });
  });

  test('stand on the Deployment as well', () => {
    const { metadata, spec } = deployed();
    expect(metadata.labels).toEqual(spec.template.metadata.labels);
  });

  test('are selected without the version: selectors are immutable', () => {
    expect(deployed().spec.selector).toEqual({
      matchLabels: { app: 'payment', 'app.kubernetes.io/instance': 'payment' },
    });
  });

  test('are selected in the same way after an upgrade', () => {
    expect(deployed(undefined, 'payment:2').spec.selector).toEqual(deployed().spec.selector);
  });

  test('are what a NetworkPolicy of cdk8s-plus finds them by', () => {
    const { app, shop } = coffeeShop();
    new NetworkPolicy(shop, 'extra', { selector: payment(shop).deployment });
    expect(Manifests.of(app).get('NetworkPolicy', 'extra').spec.podSelector).toEqual({
      matchLabels: { app: 'payment', 'app.kubernetes.io/instance': 'payment' },
    });
  });
});

describe('the rollout', () => {
  test('never has fewer pods than asked for', () => {
    expect(deployed().spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 },
    });
  });

  test('spreads the pods of one generation over the nodes, if it can', () => {
    expect(podOf(deployed()).topologySpreadConstraints).toEqual([
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { app: 'payment', 'app.kubernetes.io/instance': 'payment' } },
        matchLabelKeys: ['pod-template-hash'],
      },
    ]);
  });

  test('takes pods from the number that an autoscaler owns, and writes none', () => {
    const manifest = deployed((target, shop) => {
      new HorizontalPodAutoscaler(shop, 'payment-scale', {
        target,
        maxReplicas: 9,
        metrics: [Metric.resourceCpu(MetricTarget.averageUtilization(70))],
      });
    });
    expect(manifest.spec).not.toHaveProperty('replicas');
  });

  test('gives the autoscaler the name of the Deployment', () => {
    const { app, shop } = coffeeShop();
    const target = payment(shop).deployment as Deployment;
    new HorizontalPodAutoscaler(shop, 'payment-scale', { target, maxReplicas: 9 });
    expect(Manifests.of(app).kind('HorizontalPodAutoscaler')[0].spec.scaleTargetRef).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'payment',
    });
  });
});

test('pods do not learn of the other Services of the namespace', () => {
  expect(podOf(deployed()).enableServiceLinks).toBe(false);
});

describe('service.deployment is the Deployment of cdk8s-plus', () => {
  test('so volumes can be added to it', () => {
    const pod = podOf(
      deployed((deployment, shop) => {
        const cache = Volume.fromEmptyDir(shop, 'cache', 'cache', {
          medium: EmptyDirMedium.MEMORY,
          sizeLimit: Size.mebibytes(64),
        });
        deployment.containers[0].mount('/cache', cache);
      }),
    );
    expect([pod.volumes, pod.containers[0].volumeMounts]).toEqual([
      [{ name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }],
      [{ mountPath: '/cache', name: 'cache' }],
    ]);
  });

  test('so containers can be added to it, behind our own', () => {
    const pod = podOf(deployed((deployment) => deployment.addContainer({ name: 'log', image: 'log:1' })));
    expect(pod.containers.map(({ name }: { name: string }) => name)).toEqual(['payment', 'log']);
  });

  test('so labels can be added to its pods', () => {
    const manifest = deployed((deployment) => deployment.podMetadata.addLabel('team', 'checkout'));
    expect(manifest.spec.template.metadata.labels.team).toBe('checkout');
  });

  test('so labels and annotations can be added to itself', () => {
    const { metadata } = deployed((deployment) => {
      deployment.metadata.addLabel('team', 'checkout');
      deployment.metadata.addAnnotation('owner', 'checkout');
    });
    expect([metadata.labels?.team, metadata.annotations?.owner]).toEqual(['checkout', 'checkout']);
  });
});

describe('JSON patches', () => {
  const patched = (...patches: JsonPatch[]) =>
    deployed((deployment) => ApiObject.of(deployment).addJsonPatch(...patches));

  test('see the field names of Kubernetes', () => {
    const manifest = patched(JsonPatch.replace('/spec/template/spec/containers/0/image', 'payment:patched'));
    expect(podOf(manifest).containers[0].image).toBe('payment:patched');
  });

  test('can write a field that is younger than Kubernetes 1.28', () => {
    const limits = { cpu: '1', memory: '1Gi' };
    expect(podOf(patched(JsonPatch.add('/spec/template/spec/resources', { limits }))).resources).toEqual({ limits });
  });

  test('can remove what we write', () => {
    expect(podOf(patched(JsonPatch.remove('/spec/template/spec/topologySpreadConstraints')))).not.toHaveProperty(
      'topologySpreadConstraints',
    );
  });
});

test('an address label of cdk8s-plus does not stand on the pods', () => {
  expect(Object.keys(deployed().spec.template.metadata.labels)).not.toContain('cdk8s.io/metadata.addr');
});
