import type { App } from 'cdk8s';
import { Cron } from 'cdk8s';
import {
  CronJob,
  DaemonSet,
  Deployment,
  type DeploymentProps,
  Job,
  type Workload as PlusWorkload,
  Service,
  ServiceAccount,
  StatefulSet,
} from 'cdk8s-plus-28';
import { MeshService, Workload, ZeroTrustNamespace } from '../../src';
import { refused, refusedAtSynth, written } from '../support/program';

const INJECT = 'sidecar.istio.io/inject';

type Make = (shop: ZeroTrustNamespace) => PlusWorkload;

const pods = (shop: ZeroTrustNamespace) => ({
  containers: [{ image: 'web:1' }],
  serviceAccount: new ServiceAccount(shop, 'identity'),
});
const deployment =
  (props: DeploymentProps = {}): Make =>
  (shop) =>
    new Deployment(shop, 'pods', { ...pods(shop), ...props });
const meshed =
  (make: Make, later: (workload: PlusWorkload) => unknown = () => undefined) =>
  (app: App) => {
    const shop = new ZeroTrustNamespace(app, 'coffee-shop');
    const workload = make(shop);
    new MeshService(shop, 'web', { workload: Workload.deployment(workload) });
    later(workload);
  };
const runningAs = (user: number, group?: number) => ({ image: 'web:1', securityContext: { user, group } });

const OUTSIDE: [string, DeploymentProps][] = [
  ['use the network of their nodes', { hostNetwork: true }],
  ['carry a label against their proxy', { podMetadata: { labels: { [INJECT]: 'false' } } }],
  ['carry an annotation against their proxy', { podMetadata: { annotations: { [INJECT]: 'false' } } }],
  ['carry a label that istiod reads as false', { podMetadata: { labels: { [INJECT]: 'no' } } }],
  ['run as the user of their proxy', { containers: [runningAs(1337)] }],
  ['run as the group of their proxy', { containers: [runningAs(1000, 1337)] }],
  [
    'run as the user of their proxy in the second container',
    { containers: [runningAs(1000), { ...runningAs(1337), name: 'two' }] },
  ],
  ['all run as the user of their proxy', { securityContext: { user: 1337 } }],
];

test.each(OUTSIDE)('pods that %s are refused', (_, props) => {
  const { code, message } = refused(meshed(deployment(props)));
  expect([code, message]).toEqual([
    'OutsideMesh',
    expect.stringMatching(/^coffee-shop\/web \(MeshService\): its Deployment/),
  ]);
});

const INSIDE: [string, DeploymentProps][] = [
  ['use a network of their own', { hostNetwork: false }],
  ['carry a label for their proxy', { podMetadata: { labels: { [INJECT]: 'true' } } }],
  [
    'carry a label for their proxy, which counts before the annotation',
    { podMetadata: { labels: { [INJECT]: 'true' }, annotations: { [INJECT]: 'false' } } },
  ],
  ['run as anybody else', { containers: [runningAs(1338, 1338)] }],
];

test.each(INSIDE)('pods that %s are accepted', (_, props) => {
  expect(Object.keys(written(meshed(deployment(props))))).toEqual(['coffee-shop.k8s.yaml']);
});

test('a label against the proxy that comes later is refused at synth', () => {
  const program = meshed(deployment(), (workload) => workload.podMetadata.addLabel(INJECT, 'false'));
  expect(refusedAtSynth(program)).toContain('[OutsideMesh]');
});

test('a container of the proxy’s user that comes later is refused at synth', () => {
  const late = { image: 'late:1', name: 'late' };
  const program = (user: number) =>
    meshed(deployment(), (workload) => workload.addContainer({ ...late, securityContext: { user } }));
  expect(refusedAtSynth(program(1337))).toContain('[OutsideMesh]');
  expect(Object.keys(written(program(1338)))).toEqual(['coffee-shop.k8s.yaml']);
});

test('the Deployment of an image is held to the same, once others have added to it', () => {
  const program = (value: string) => (app: App) => {
    const shop = new ZeroTrustNamespace(app, 'coffee-shop');
    const { deployment } = new MeshService(shop, 'web', { workload: Workload.image('web:1') });
    deployment?.podMetadata.addLabel(INJECT, value);
  };
  expect(refusedAtSynth(program('false'))).toContain('[OutsideMesh]');
  expect(Object.keys(written(program('true')))).toEqual(['coffee-shop.k8s.yaml']);
});

test.each<[string, Make]>([
  ['DaemonSet', (shop) => new DaemonSet(shop, 'pods', pods(shop))],
  ['Job', (shop) => new Job(shop, 'pods', pods(shop))],
  ['CronJob', (shop) => new CronJob(shop, 'pods', { ...pods(shop), schedule: Cron.daily() })],
])('a %s is refused: its pods can be named by their labels', (kind, make) => {
  const { code, message } = refused(meshed(make));
  expect([code, message]).toEqual(['UnsupportedWorkload', expect.stringContaining(`'pods' is a ${kind}.`)]);
});

test('a StatefulSet is accepted', () => {
  const set: Make = (shop) =>
    new StatefulSet(shop, 'pods', { ...pods(shop), service: new Service(shop, 'members', { ports: [{ port: 80 }] }) });
  expect(Object.keys(written(meshed(set)))).toEqual(['coffee-shop.k8s.yaml']);
});
