import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { ConfigMap, Deployment } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  ClusterDns,
  GrpcService,
  Mesh,
  MeshIngress,
  MeshService,
  TlsCertificate,
  Workload,
  ZeroTrustNamespace,
  type ZeroTrustNamespaceProps,
} from '../src';
import { admits } from './support/admits';
import { Asked } from './support/asked';
import { connects, type Pod } from './support/connects';
import { Manifests } from './support/manifests';
import { refused, refusedAtSynth, written } from './support/program';
import { refusal } from './support/refusal';
import { sees } from './support/sees';
import { coffeeShop, order, orderApi, payment } from './support/shop';

const stranger: Pod = { namespace: 'coffee-shop', labels: { app: 'stranger' } };
const other: Pod = { namespace: 'coffee-shop', labels: { app: 'other' } };
const elsewhere: Pod = { namespace: 'roastery', labels: { app: 'other' } };
const coreDns: Pod = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const istiod: Pod = { namespace: 'istio-system', labels: { app: 'istiod' } };

describe('the objects of a namespace', () => {
  test('are exactly these, in the order in which they may be applied', () => {
    const { app } = coffeeShop();
    expect(Manifests.of(app).all.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace coffee-shop',
      'PeerAuthentication default',
      'AuthorizationPolicy allow-nothing',
      'Sidecar default',
      'NetworkPolicy default-deny',
      'NetworkPolicy allow-dns',
      'NetworkPolicy allow-control-plane',
    ]);
  });

  test('all lie in the namespace, but the Namespace itself lies in none', () => {
    const { app } = coffeeShop();
    const namespaces = Manifests.of(app).all.map(({ kind, metadata }) => [kind, metadata.namespace]);
    expect(namespaces).toEqual([
      ['Namespace', undefined],
      ...['PeerAuthentication', 'AuthorizationPolicy', 'Sidecar'].map((kind) => [kind, 'coffee-shop']),
      ...Array(3).fill(['NetworkPolicy', 'coffee-shop']),
    ]);
  });

  test('say which construct they come from', () => {
    const { app } = coffeeShop();
    const origins = Manifests.of(app).all.map(({ metadata }) => metadata.annotations?.['cdk8s-grpc-mesh/construct']);
    expect(new Set(origins)).toEqual(new Set(['coffee-shop']));
  });

  test('use the stable API versions', () => {
    const { app } = coffeeShop();
    expect(new Set(Manifests.of(app).all.map(({ apiVersion }) => apiVersion))).toEqual(
      new Set(['v1', 'security.istio.io/v1', 'networking.istio.io/v1', 'networking.k8s.io/v1']),
    );
  });
});

describe('the labels of the Namespace', () => {
  const labels = (mesh?: Mesh) =>
    Manifests.of(coffeeShop({ mesh }).app).get('Namespace', 'coffee-shop').metadata.labels;

  test('ask for injection by the default revision, and restricted pods are only asked for', () => {
    expect(labels()).toEqual({
      'istio-injection': 'enabled',
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
    });
  });

  test('enforce restricted pods where istio-cni sets up the network', () => {
    expect(labels(Mesh.istio({ cni: true }))).toEqual({
      'istio-injection': 'enabled',
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
    });
  });

  test('name a revision instead of the default one, never both', () => {
    expect(labels(Mesh.istio({ revision: '1-31-0' }))).toEqual({
      'istio.io/rev': '1-31-0',
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
    });
  });
});

test('an adopted namespace gets everything but the Namespace object', () => {
  const kinds = (adoptExisting: boolean) =>
    Manifests.of(coffeeShop({ adoptExisting }).app).all.map(({ kind, metadata, spec }) => [kind, metadata.name, spec]);
  expect(kinds(true)).toEqual(kinds(false).filter(([kind]) => kind !== 'Namespace'));
});

describe('nothing talks', () => {
  test('a policy without rules allows nothing and can be added to', () => {
    const { app } = coffeeShop();
    expect(Manifests.of(app).get('AuthorizationPolicy', 'allow-nothing').spec).toEqual({});
  });

  test('a caller with an identity is refused by every pod', () => {
    const { app } = coffeeShop();
    const call = { principal: 'cluster.local/ns/coffee-shop/sa/other', port: 50051, path: '/a.B/C', ...stranger };
    expect(admits(Manifests.of(app), call)).toBe(false);
  });

  test('callers without a certificate of the mesh are refused before any policy is asked', () => {
    const { app } = coffeeShop();
    expect(Manifests.of(app).get('PeerAuthentication', 'default').spec).toEqual({ mtls: { mode: 'STRICT' } });
  });

  test.each([
    ['within the namespace', stranger, other],
    ['out of the namespace', stranger, elsewhere],
    ['into the namespace', elsewhere, stranger],
  ])('no connection is possible %s', (_, from, to) => {
    const { app } = coffeeShop();
    expect(connects(Manifests.of(app), { from, to, port: 8080 })).toBe(false);
  });

  test('the default-deny policy holds for every pod and both directions', () => {
    const { app } = coffeeShop();
    expect(Manifests.of(app).get('NetworkPolicy', 'default-deny').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  test('a proxy knows no service of the namespace, and lets nothing through that it does not know', () => {
    const { app } = coffeeShop();
    const service = { namespace: 'coffee-shop', host: 'other.coffee-shop.svc.cluster.local' };
    expect(sees(Manifests.of(app), stranger, service)).toBe(false);
  });
});

describe('a dry run of the lists of callers', () => {
  const STRANGER = `
apiVersion: v1
kind: Namespace
metadata: { name: elsewhere, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: stranger, namespace: elsewhere }
spec:
  selector: { matchLabels: { app: stranger } }
  template:
    metadata: { labels: { app: stranger } }
    spec: { serviceAccountName: stranger, containers: [{ name: it, image: it }] }
`;
  const reason = 'until the first week of January';
  const charge = '/coffee.v1.Payment/Charge';
  const refund = '/coffee.v1.Payment/Refund';

  function trial(props?: ZeroTrustNamespaceProps): App {
    const { app, shop } = coffeeShop(props);
    order(shop).calls(payment(shop), ['Charge']);
    return app;
  }
  const dry = () => trial({ dangerouslyDryRun: { reason } });
  const asked = (app: App, from: string, path: string, dryRunEnforced = false) =>
    Asked.of(app, STRANGER, { dryRunEnforced }).inside({ from, to: 'payment', path });

  test.each([
    ['an undeclared RPC', 'coffee-shop/order', refund],
    ['an undeclared caller', 'elsewhere/stranger', charge],
  ])('refuses nothing: %s', (_, from, path) => {
    expect([asked(trial(), from, path), asked(dry(), from, path)]).toEqual([expect.stringMatching(/^deny/), 'allow']);
  });

  test('can be asked what it would refuse', () => {
    const enforced = (from: string, path: string) => asked(dry(), from, path, true);
    expect(enforced('coffee-shop/order', charge)).toBe('allow');
    expect(enforced('coffee-shop/order', refund)).toBe('deny 7');
    expect(enforced('elsewhere/stranger', charge)).toBe('deny 7');
  });

  test('leaves mutual TLS, and what pods may reach', () => {
    expect(asked(dry(), 'nobody', charge)).toMatch(/^deny/);
    expect(asked(dry(), 'coffee-shop/payment', charge)).toMatch(/^deny/);
  });

  test('says why on every list of callers, and where the network is open', () => {
    const said = Manifests.of(dry()).all.filter(
      ({ metadata }) => metadata.annotations?.['opt-out.cdk8s-grpc-mesh/dangerously-dry-run'] === reason,
    );
    expect(said.map(({ kind, metadata: { name } }) => `${kind} ${name}`).sort()).toEqual([
      'AuthorizationPolicy allow-nothing',
      'AuthorizationPolicy order',
      'AuthorizationPolicy payment',
      'NetworkPolicy order',
      'NetworkPolicy payment',
    ]);
  });

  test('without a reason is refused', () => {
    expect(refusal(() => trial({ dangerouslyDryRun: { reason: '' } })).code).toBe('NoReason');
  });
});

describe('DNS', () => {
  test.each(['UDP', 'TCP'] as const)('is reachable over %s by every pod', (protocol) => {
    const { app } = coffeeShop();
    expect(connects(Manifests.of(app), { from: stranger, to: coreDns, port: 53, protocol })).toBe(true);
  });

  test('is the only thing reachable on the pods of DNS', () => {
    const { app } = coffeeShop();
    expect(connects(Manifests.of(app), { from: stranger, to: coreDns, port: 9153 })).toBe(false);
  });

  test('is not reachable on other pods of its namespace', () => {
    const { app } = coffeeShop();
    const to = { namespace: 'kube-system', labels: { app: 'metrics-server' } };
    expect(connects(Manifests.of(app), { from: stranger, to, port: 53, protocol: 'UDP' })).toBe(false);
  });

  test('is known to every proxy, since DNS over TCP is captured', () => {
    const { app } = coffeeShop();
    const dns = { namespace: 'kube-system', host: 'kube-dns.kube-system.svc.cluster.local' };
    expect(sees(Manifests.of(app), stranger, dns)).toBe(true);
  });

  const openShift = ClusterDns.of({
    host: 'dns-default.openshift-dns.svc.cluster.local',
    namespace: 'openshift-dns',
    podLabels: { 'dns.operator.openshift.io/daemonset-dns': 'default' },
    containerPort: 5353,
  });
  const openShiftDns: Pod = {
    namespace: 'openshift-dns',
    labels: { 'dns.operator.openshift.io/daemonset-dns': 'default' },
  };

  test.each(['UDP', 'TCP'] as const)('of another kind is reachable over %s on its own port', (protocol) => {
    const { app } = coffeeShop({ dns: openShift });
    expect(connects(Manifests.of(app), { from: stranger, to: openShiftDns, port: 5353, protocol })).toBe(true);
  });

  test('of another kind replaces the usual one', () => {
    const { app } = coffeeShop({ dns: openShift });
    expect(connects(Manifests.of(app), { from: stranger, to: coreDns, port: 53, protocol: 'UDP' })).toBe(false);
  });

  test('of another kind is known to the proxies of clients as well as to all others', () => {
    const { app, shop } = coffeeShop({ dns: openShift });
    payment(shop);
    const hosts = Manifests.of(app)
      .kind('Sidecar')
      .map(({ spec }) => spec.egress[0].hosts);
    const expected = ['istio-system/*', 'openshift-dns/dns-default.openshift-dns.svc.cluster.local'];
    expect(hosts).toEqual([expected, expected]);
  });
});

describe('the control plane', () => {
  test('is reachable by every proxy for configuration and certificates', () => {
    const { app } = coffeeShop();
    expect(connects(Manifests.of(app), { from: stranger, to: istiod, port: 15012 })).toBe(true);
  });

  test('is not reachable on its plaintext port', () => {
    const { app } = coffeeShop();
    expect(connects(Manifests.of(app), { from: stranger, to: istiod, port: 15010 })).toBe(false);
  });

  test('lies in the root namespace of the mesh', () => {
    const { app } = coffeeShop({ mesh: Mesh.istio({ rootNamespace: 'mesh-root' }) });
    const to = { namespace: 'mesh-root', labels: { app: 'istiod' } };
    expect(connects(Manifests.of(app), { from: stranger, to, port: 15012 })).toBe(true);
  });

  test('has its services, tracing among them, known to every proxy', () => {
    const { app } = coffeeShop({ mesh: Mesh.istio({ rootNamespace: 'mesh-root' }) });
    const tracing = { namespace: 'mesh-root', host: 'jaeger-collector.mesh-root.svc.cluster.local' };
    expect(sees(Manifests.of(app), stranger, tracing)).toBe(true);
  });
});

describe('what stands under a namespace', () => {
  test('lands in it, objects of cdk8s and cdk8s-plus included', () => {
    const { app, shop } = coffeeShop();
    new ConfigMap(shop, 'settings');
    expect(Manifests.of(app).get('ConfigMap', 'settings').metadata.namespace).toBe('coffee-shop');
  });

  test('is named after its construct ids, without a hash', () => {
    const { app, shop } = coffeeShop();
    new ApiObject(new Construct(shop, 'reports'), 'nightly', { apiVersion: 'batch/v1', kind: 'CronJob' });
    expect(Manifests.of(app).kind('CronJob')[0].metadata.name).toBe('reports-nightly');
  });

  test('has names that Kubernetes takes, whatever case cdk8s-plus likes for its ids', () => {
    const { app, shop } = coffeeShop();
    const web = new Deployment(shop, 'web', { containers: [{ image: 'nginx:1', portNumber: 8080 }] });
    web.exposeViaService();
    expect(Manifests.of(app).kind('Service')[0].metadata.name).toBe('web-service');
  });

  test('has no name that Kubernetes would refuse', () => {
    const error = refused((app) => new ConfigMap(new ZeroTrustNamespace(app, 'coffee-shop'), 'app_settings'));
    expect(error.code).toBe('InvalidName');
  });

  test('finds its namespace', () => {
    const { shop } = coffeeShop();
    expect(ZeroTrustNamespace.of(new Construct(new Construct(shop, 'a'), 'b'))).toBe(shop);
  });
});

describe('instanceof ZeroTrustNamespace', () => {
  test('is false for a plain Chart', () => {
    expect(new Chart(new App(), 'plain') instanceof ZeroTrustNamespace).toBe(false);
  });

  test('is true for a namespace', () => {
    expect(coffeeShop().shop instanceof ZeroTrustNamespace).toBe(true);
  });

  test.each([[undefined], [null], ['coffee-shop'], [{}]])('is false for %p', (value) => {
    expect((value as unknown) instanceof ZeroTrustNamespace).toBe(false);
  });
});

describe('a namespace of another version of the mesh', () => {
  test('is a namespace of its own in the same app', () => {
    const app = new App();
    new ZeroTrustNamespace(app, 'old', { mesh: Mesh.istio({ revision: 'old' }) });
    new ZeroTrustNamespace(app, 'new');
    expect(Manifests.of(app).get('Namespace', 'old').metadata.labels).toHaveProperty(['istio.io/rev'], 'old');
  });
});

describe('refusals', () => {
  test.each([
    ['Coffee', 'InvalidName'],
    ['coffee_shop', 'InvalidName'],
    ['coffee.shop', 'InvalidName'],
    ['coffee-', 'InvalidName'],
    ['', 'InvalidName'],
    ['*', 'InvalidName'],
    ['c'.repeat(64), 'NameTooLong'],
  ])("the name '%s' is %s", (name, code) => {
    expect(refused((app) => new ZeroTrustNamespace(app, name)).code).toBe(code);
  });

  test.each(['coffee', 'coffee-2', 'c', 'c'.repeat(63)])("the name '%s' is accepted", (name) => {
    expect(Object.keys(written((app) => new ZeroTrustNamespace(app, name)))).toEqual([`${name}.k8s.yaml`]);
  });

  test('a wrong name comes with one that is right', () => {
    expect(refused((app) => new ZeroTrustNamespace(app, 'Coffee_Shop')).message).toContain("    'coffee-shop'\n");
  });

  test('a namespace under another one is refused', () => {
    const error = refused((app) => new ZeroTrustNamespace(new ZeroTrustNamespace(app, 'outer'), 'inner'));
    expect([error.code, error.message]).toEqual([
      'NamespaceNotUnderApp',
      expect.stringContaining("    new ZeroTrustNamespace(app, 'inner')\n"),
    ]);
  });

  test('a namespace may begin with a digit, and so may one beside it that its ingress uses', () => {
    const files = written((app) => {
      const shop = new ZeroTrustNamespace(app, '2nd-shop');
      const certificate = TlsCertificate.fromSecret('tls');
      const edge = new MeshIngress(shop, 'edge', { host: 'a.example', certificate, gatewayNamespace: '3rd-edge' });
      edge.expose(order(shop));
    });
    expect(Object.keys(files)).toEqual(['2nd-shop.k8s.yaml']);
  });

  test('a namespace under a plain construct is refused', () => {
    expect(refused((app) => new ZeroTrustNamespace(new Construct(app, 'shops'), 'coffee')).code).toBe(
      'NamespaceNotUnderApp',
    );
  });

  test('a second namespace of the same name is refused, and the first one is named', () => {
    const error = refused((app) => {
      new ZeroTrustNamespace(app, 'coffee-shop');
      new ZeroTrustNamespace(app, 'coffee-shop');
    });
    expect([error.code, error.message]).toEqual([
      'DuplicateObject',
      expect.stringContaining('coffee-shop (ZeroTrustNamespace)'),
    ]);
  });

  test.each([
    ['a plain Chart', (app: App) => new Chart(app, 'plain')],
    ['the App', (app: App) => app],
  ])('a service directly under %s has no namespace', (_, scope) => {
    const error = refused(
      (app) => new MeshService(scope(app), 'order', { workload: Workload.image('ghcr.io/acme/order:1') }),
    );
    expect(error.code).toBe('NoNamespace');
  });

  test('a service somewhere below a namespace has one', () => {
    const { shop } = coffeeShop();
    const service = new GrpcService(new Construct(shop, 'backend'), 'order', {
      workload: Workload.image('ghcr.io/acme/order:1'),
      apis: [orderApi],
    });
    expect(service.namespaceName).toBe('coffee-shop');
  });

  test('ZeroTrustNamespace.of says that a construct of a plain Chart has none', () => {
    expect(refusal(() => ZeroTrustNamespace.of(new Chart(new App(), 'plain'))).code).toBe('NoNamespace');
  });
});

describe('two objects of one kind and name', () => {
  const configMap = (scope: Construct, id: string) =>
    new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });

  test('are refused at synth, where the user wrote them', () => {
    const message = refusedAtSynth((app) => {
      const shop = new ZeroTrustNamespace(app, 'coffee-shop');
      configMap(shop, 'first');
      configMap(shop, 'second');
    });
    expect(message).toMatch(/coffee-shop\/second: a second ConfigMap is called 'settings'[\s\S]*\[DuplicateObject\]/);
  });

  test('are refused at synth, where the user wrote one and a construct of ours the other', () => {
    const message = refusedAtSynth((app) => {
      const shop = new ZeroTrustNamespace(app, 'coffee-shop');
      order(shop);
      new ApiObject(shop, 'mine', {
        apiVersion: 'networking.istio.io/v1',
        kind: 'Sidecar',
        metadata: { name: 'order' },
      });
    });
    expect(message).toContain('[DuplicateObject]');
  });

  test('are two objects in two namespaces', () => {
    const files = written((app) => {
      configMap(new ZeroTrustNamespace(app, 'coffee-shop'), 'settings');
      configMap(new ZeroTrustNamespace(app, 'roastery'), 'settings');
    });
    expect(Object.keys(files).sort()).toEqual(['coffee-shop.k8s.yaml', 'roastery.k8s.yaml']);
  });

  test('are two objects if their kinds differ', () => {
    const files = written((app) => {
      const shop = new ZeroTrustNamespace(app, 'coffee-shop');
      configMap(shop, 'settings');
      new ApiObject(shop, 'secret', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'settings' } });
    });
    expect(files['coffee-shop.k8s.yaml']).toMatch(/kind: Secret/);
  });
});

describe('one file per resource', () => {
  const props = { yamlOutputType: YamlOutputType.FILE_PER_RESOURCE };

  test('would lose objects of all namespaces but one, so it is refused', () => {
    const message = refusedAtSynth((app) => {
      new ZeroTrustNamespace(app, 'coffee-shop');
      new ZeroTrustNamespace(app, 'roastery');
    }, props);
    expect(message).toContain('[FilePerResource]');
  });

  test('is fine for a single namespace', () => {
    const files = written((app) => new ZeroTrustNamespace(app, 'coffee-shop'), props);
    expect(Object.keys(files)).toHaveLength(7);
  });

  test('is fine for two namespaces in folders of their own', () => {
    const files = written(
      (app) => {
        new ZeroTrustNamespace(app, 'coffee-shop');
        new ZeroTrustNamespace(app, 'roastery');
      },
      { yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE },
    );
    expect(Object.keys(files)).toHaveLength(14);
  });
});

describe('a namespace of the cluster itself', () => {
  const dns = ClusterDns.of({
    host: 'dns.platform.svc.cluster.local',
    namespace: 'platform',
    podLabels: { app: 'dns' },
  });

  test.each<[string, ZeroTrustNamespaceProps]>([
    ['istio-system', {}],
    ['mesh-root', { mesh: Mesh.istio({ rootNamespace: 'mesh-root' }) }],
    ['kube-system', {}],
    ['kube-system', { dns }],
    ['kube-node-lease', {}],
    ['platform', { dns }],
    ['istio-system', { adoptExisting: true }],
  ])('%s is refused: to allow nothing there stops everybody', (name, props) => {
    expect(refusal(() => new ZeroTrustNamespace(new App(), name, props)).code).toBe('ReservedNamespace');
  });

  test.each<[string, ZeroTrustNamespaceProps]>([
    ['mesh-root', {}],
    ['platform', {}],
    ['istio-system', { mesh: Mesh.istio({ rootNamespace: 'mesh-root' }) }],
  ])('%s is accepted where it is not one', (name, props) => {
    expect(() => new ZeroTrustNamespace(new App(), name, props)).not.toThrow();
  });
});
