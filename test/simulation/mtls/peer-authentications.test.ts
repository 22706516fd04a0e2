import { PeerAuthentications } from '../../../src/simulation/mtls/peer-authentications';
import { clusterOf, workloadAt } from '../../support/cluster-of';

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: order, namespace: shop, labels: {app: order}}
spec: {containers: [{name: order, image: order}]}
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: istio-system, labels: {app: order}}
spec: {containers: [{name: gateway, image: gateway}]}
`;

function policy(name: string, spec: string, { namespace = 'shop', created = '' } = {}): string {
  const timestamp = created && `, creationTimestamp: '${created}'`;
  return `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: ${name}, namespace: ${namespace}${timestamp}}
spec: ${spec}
`;
}

function modeOf(policies: string, { workload = 'shop/order', port = 50051, malformed = false } = {}) {
  const cluster = clusterOf(SHOP + policies, { malformed });
  return PeerAuthentications.of(cluster).modeOf(workloadAt(cluster, workload), port);
}

const ORDER = 'selector: {matchLabels: {app: order}}';
const ROOT = { namespace: 'istio-system' };

describe('the mode of a port', () => {
  test.each([
    ['is PERMISSIVE where nothing says one', '', 'PERMISSIVE'],
    ['is that of the mesh', policy('mesh', '{mtls: {mode: STRICT}}', ROOT), 'STRICT'],
    ['is PERMISSIVE where the mesh is UNSET', policy('mesh', '{mtls: {mode: UNSET}}', ROOT), 'PERMISSIVE'],
    [
      'is that of the namespace rather than of the mesh',
      policy('mesh', '{mtls: {mode: STRICT}}', ROOT) + policy('ns', '{mtls: {mode: DISABLE}}'),
      'DISABLE',
    ],
    [
      'is that of the mesh where the namespace is UNSET',
      policy('mesh', '{mtls: {mode: STRICT}}', ROOT) + policy('ns', '{mtls: {mode: UNSET}}'),
      'STRICT',
    ],
    ['is not that of another namespace', policy('ns', '{mtls: {mode: STRICT}}', { namespace: 'bar' }), 'PERMISSIVE'],
    [
      'is that of the workload rather than of the namespace',
      policy('ns', '{mtls: {mode: STRICT}}') + policy('wl', `{${ORDER}, mtls: {mode: DISABLE}}`),
      'DISABLE',
    ],
    [
      'is not that of another workload',
      policy('wl', '{selector: {matchLabels: {app: payment}}, mtls: {mode: STRICT}}'),
      'PERMISSIVE',
    ],
    [
      'is that of the namespace for a selector without labels',
      policy('ns', '{selector: {matchLabels: {}}, mtls: {mode: STRICT}}'),
      'STRICT',
    ],
    [
      'is that of the port rather than of the workload',
      policy('wl', `{${ORDER}, mtls: {mode: STRICT}, portLevelMtls: {50051: {mode: DISABLE}}}`),
      'DISABLE',
    ],
    [
      'is that of the workload for another port',
      policy('wl', `{${ORDER}, mtls: {mode: STRICT}, portLevelMtls: {8080: {mode: DISABLE}}}`),
      'STRICT',
    ],
    [
      'is that of the workload where the port is UNSET',
      policy('wl', `{${ORDER}, mtls: {mode: STRICT}, portLevelMtls: {50051: {mode: UNSET}}}`),
      'STRICT',
    ],
    [
      'is inherited from the namespace past a policy with ports alone',
      policy('ns', '{mtls: {mode: STRICT}}') + policy('wl', `{${ORDER}, portLevelMtls: {8080: {mode: DISABLE}}}`),
      'STRICT',
    ],
    [
      'is not that of a selector in the root namespace',
      policy('wl', `{${ORDER}, mtls: {mode: STRICT}}`, ROOT),
      'PERMISSIVE',
    ],
  ])('%s', (_, policies, mode) => {
    expect(modeOf(policies)).toMatchObject({ mode, missing: [] });
  });

  test('is not that of a selector in the root namespace, even for its own pods', () => {
    const policies = policy('wl', `{${ORDER}, mtls: {mode: STRICT}}`, ROOT);
    expect(modeOf(policies, { workload: 'istio-system/gateway' }).mode).toBe('PERMISSIVE');
  });

  test('follows the root namespace of the mesh configuration', () => {
    const cluster = clusterOf(`${SHOP}${policy('mesh', '{mtls: {mode: STRICT}}', { namespace: 'mesh' })}`, {
      mesh: { rootNamespace: 'mesh' },
    });
    expect(PeerAuthentications.of(cluster).modeOf(workloadAt(cluster, 'shop/order'), 1).mode).toBe('STRICT');
  });

  test('names the object and the field that decided', () => {
    const policies = policy('wl', `{${ORDER}, portLevelMtls: {50051: {mode: STRICT}}}`);
    const [reason] = modeOf(policies).reasons;
    expect(reason.object?.name).toBe('wl');
    expect(reason.path).toEqual(['spec', 'portLevelMtls', '50051', 'mode']);
    expect(reason.text).toBe('PeerAuthentication shop/wl says STRICT for port 50051 of shop/order');
  });

  test('says in words that no object decided', () => {
    expect(modeOf('').reasons).toEqual([{ layer: 'mtls', text: expect.stringContaining('it is PERMISSIVE') }]);
  });
});

describe('of several policies for the same', () => {
  const strict = (name: string, created = '') => policy(name, '{mtls: {mode: STRICT}}', { created });
  const disable = (name: string, created = '') => policy(name, '{mtls: {mode: DISABLE}}', { created });

  test('the oldest decides', () => {
    const policies = strict('a', '2024-02-01T00:00:00Z') + disable('b', '2024-01-01T00:00:00Z');
    expect(modeOf(policies)).toMatchObject({ mode: 'DISABLE', missing: [] });
  });

  test('the first by name decides among those of one second', () => {
    const policies = strict('b', '2024-01-01T00:00:00Z') + disable('a', '2024-01-01T00:00:00Z');
    expect(modeOf(policies)).toMatchObject({ mode: 'DISABLE', missing: [] });
  });

  test('one that is there already decides before one that is yet to be made', () => {
    expect(modeOf(strict('a') + disable('b', '2024-01-01T00:00:00Z'))).toMatchObject({ mode: 'DISABLE', missing: [] });
  });

  test('the first of the manifests decides', () => {
    expect(modeOf(strict('a') + disable('b'))).toMatchObject({ mode: 'STRICT', missing: [] });
  });

  test('it is not sure that the first decides if its name is not the first too', () => {
    expect(modeOf(strict('b') + disable('a'))).toMatchObject({
      mode: 'STRICT',
      missing: ['which of the PeerAuthentications shop/b and shop/a is the older'],
    });
  });

  test('it is sure where both say the same', () => {
    expect(modeOf(strict('b') + strict('a'))).toMatchObject({ mode: 'STRICT', missing: [] });
  });

  test('the oldest decides even if it says nothing', () => {
    const policies = policy('a', '{}') + strict('b');
    expect(modeOf(policies)).toMatchObject({ mode: 'PERMISSIVE', missing: [] });
  });
});

describe('a malformed policy', () => {
  const broken = (namespace: string) => policy('broken', '{mtls: {mode: STRONG}}', { namespace });

  test('makes the mode unsure in its namespace', () => {
    expect(modeOf(broken('shop'), { malformed: true }).missing).toEqual([
      'what the malformed PeerAuthentication shop/broken is meant to say',
    ]);
  });

  test.each([
    ['apiVersion', 'security.istio.io', 'security.istio.oi'],
    ['kind', 'PeerAuthentication', 'PeerAuthentcation'],
  ])('may be one only for its %s', (_, word, misspelt) => {
    const meant = policy('meant', '{mtls: {mode: STRICT}}');
    expect(modeOf(meant).missing).toEqual([]);
    expect(modeOf(meant.replace(word, misspelt), { malformed: true }).missing).toEqual([
      expect.stringMatching(/^what the malformed PeerAuthenti?cation shop\/meant is meant to say$/),
    ]);
  });

  test('leaves the mode sure in another', () => {
    expect(modeOf(broken('bar'), { malformed: true }).missing).toEqual([]);
  });
});

describe('the mode of a namespace', () => {
  test('knows nothing of workloads', () => {
    const cluster = clusterOf(SHOP + policy('wl', `{${ORDER}, mtls: {mode: STRICT}}`));
    expect(PeerAuthentications.of(cluster).namespaceModeOf('shop').mode).toBe('PERMISSIVE');
  });

  test('is that of the mesh in the root namespace', () => {
    const cluster = clusterOf(SHOP + policy('mesh', '{mtls: {mode: DISABLE}}', ROOT));
    expect(PeerAuthentications.of(cluster).namespaceModeOf('istio-system').mode).toBe('DISABLE');
  });
});
