import { ClusterDns } from '../../src/values/cluster-dns';
import { refusal } from '../support/refusal';

const nodeLocal = { host: 'dns.dns-system.svc.cluster.local', namespace: 'dns-system', podLabels: { app: 'coredns' } };

test('kube-dns is the one that nearly every cluster has', () => {
  const dns = ClusterDns.kubeDns();
  expect(dns.host).toBe('kube-dns.kube-system.svc.cluster.local');
  expect(dns.namespaceName).toBe('kube-system');
  expect(dns.podLabels).toEqual({ 'k8s-app': 'kube-dns' });
  expect(dns.containerPort).toBe(53);
});

test('another one is what it was said to be, on port 53', () => {
  const dns = ClusterDns.of(nodeLocal);
  expect(dns).toMatchObject({
    host: 'dns.dns-system.svc.cluster.local',
    namespaceName: 'dns-system',
    podLabels: { app: 'coredns' },
    containerPort: 53,
  });
});

test('another one may listen on another port', () => {
  expect(ClusterDns.of({ ...nodeLocal, containerPort: 5353 }).containerPort).toBe(5353);
});

test('a change of the labels after the fact changes nothing', () => {
  const podLabels = { app: 'coredns' };
  const dns = ClusterDns.of({ ...nodeLocal, podLabels });
  podLabels.app = 'anything';
  expect(dns.podLabels).toEqual({ app: 'coredns' });
});

test('one without labels is refused: every pod of its namespace could be reached', () => {
  const error = refusal(() => ClusterDns.of({ ...nodeLocal, podLabels: {} }));
  expect(error.code).toBe('NoLabels');
  expect(error.message).toMatch(/^ClusterDns\.of: /);
});

test.each([
  ['InvalidHost', { host: '*' }],
  ['InvalidHost', { host: '*.dns-system.svc.cluster.local' }],
  ['InvalidHost', { host: '10.96.0.10' }],
  ['InvalidHost', { host: 'dns' }],
  ['InvalidHost', { host: '' }],
  ['InvalidName', { namespace: 'Kube System' }],
  ['InvalidName', { namespace: '*' }],
  ['InvalidLabel', { podLabels: { app: '*' } }],
  ['InvalidPort', { containerPort: 70000 }],
])('one that no pod could ask is refused as %s: %j', (code, wrong) => {
  const error = refusal(() => ClusterDns.of({ ...nodeLocal, ...wrong }));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/^ClusterDns\.of: /);
});

test.each([{ host: 'dns.2nd.svc.cluster.local', namespace: '2nd' }, { host: 'kube-dns.kube-system.svc.corp' }])(
  'one with unusual names is accepted: %j',
  (names) => {
    expect(ClusterDns.of({ ...nodeLocal, ...names }).host).toBe(names.host);
  },
);
