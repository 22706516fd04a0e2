import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { load } from 'js-yaml';
import {
  ExtensionProvider,
  Mesh,
  MeshSettings,
  type MeshSettingsProps,
  PathNormalization,
  ZeroTrustNamespace,
} from '../src';
import { needProvider } from '../src/mesh-needs';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';

const reason = 'a migration until 2027-03';
const collector = ExtensionProvider.openTelemetryTracing('collector', {
  host: 'collector.observability.svc.cluster.local',
  port: 4317,
});
const otherCollector = ExtensionProvider.openTelemetryTracing('collector', {
  host: 'collector.other.example',
  port: 4317,
});

function settings(props?: MeshSettingsProps): { app: App; mesh: MeshSettings } {
  const app = new App();
  return { app, mesh: new MeshSettings(app, 'mesh', props) };
}

function meshConfig(props?: MeshSettingsProps): Record<string, unknown> {
  return (load(settings(props).mesh.toHelmValues()) as { meshConfig: Record<string, unknown> }).meshConfig;
}

describe('the settings of a mesh', () => {
  test('are safe where nothing is said', () => {
    expect(load(settings().mesh.toHelmValues())).toEqual({
      meshConfig: {
        rootNamespace: 'istio-system',
        trustDomain: 'cluster.local',
        meshMTLS: { minProtocolVersion: 'TLSV1_3' },
        tlsDefaults: { minProtocolVersion: 'TLSV1_3' },
        outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
        pathNormalization: { normalization: 'DECODE_AND_MERGE_SLASHES' },
      },
    });
  });

  test('are one policy in the root namespace, and nothing else that goes to the cluster', () => {
    const { app } = settings({ mesh: Mesh.istio({ rootNamespace: 'mesh-root' }) });
    expect(
      Manifests.of(app).all.map(({ kind, metadata: { namespace, name }, spec }) => [kind, namespace, name, spec]),
    ).toEqual([['PeerAuthentication', 'mesh-root', 'default', { mtls: { mode: 'STRICT' } }]]);
  });

  test('say the same to Helm and to istioctl, each in its own form', () => {
    const mesh = Mesh.istio({ trustDomain: 'acme.example', rootNamespace: 'mesh-root', revision: 'blue' });
    const { mesh: it } = settings({ mesh, trustDomainAliases: ['old.example'] });
    const { global, ...helm } = load(it.toHelmValues()) as Record<string, unknown>;
    expect({ global, ...helm }).toMatchObject({
      global: { istioNamespace: 'mesh-root' },
      revision: 'blue',
      meshConfig: { rootNamespace: 'mesh-root', trustDomain: 'acme.example', trustDomainAliases: ['old.example'] },
    });
    expect(load(it.toInstallFile())).toEqual({
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: { name: 'mesh', namespace: 'mesh-root' },
      spec: { ...helm, values: { global } },
    });
  });

  test('leave the namespace of istiod out where it is the usual one', () => {
    const { mesh: it } = settings({});
    expect(load(it.toHelmValues())).not.toHaveProperty('global');
    expect(load(it.toInstallFile())).not.toHaveProperty('spec.values');
  });

  test('are written as two files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    const { mesh } = settings();
    mesh.writeFiles(folder);
    const written = (name: string) => load(readFileSync(join(folder, name), 'utf8'));
    expect([written('istiod-values.yaml'), written('istioctl-install.yaml')]).toEqual([
      load(mesh.toHelmValues()),
      load(mesh.toInstallFile()),
    ]);
    rmSync(folder, { recursive: true });
  });

  test.each([PathNormalization.BASE, PathNormalization.MERGE_SLASHES])(
    'can leave paths more as they are: %s',
    (way) => {
      expect(meshConfig({ pathNormalization: way }).pathNormalization).toEqual({ normalization: way });
    },
  );

  test('have providers of every kind', () => {
    const at = { host: 'it.platform.svc.cluster.local', port: 4317 };
    const extensionProviders = [
      ExtensionProvider.openTelemetryTracing('traces', at),
      ExtensionProvider.openTelemetryLogs('logs', at),
      ExtensionProvider.grpcAuthorizer('door', { ...at, timeout: Duration.millis(1500) }),
      ExtensionProvider.grpcAuthorizer('gate', at),
    ];
    const service = { service: at.host, port: 4317 };
    expect(meshConfig({ extensionProviders }).extensionProviders).toEqual([
      { name: 'door', envoyExtAuthzGrpc: { ...service, timeout: '1.5s' } },
      { name: 'gate', envoyExtAuthzGrpc: { ...service, timeout: '1s' } },
      { name: 'logs', envoyOtelAls: service },
      { name: 'traces', opentelemetry: service },
    ]);
  });
});

describe('what is opened on purpose', () => {
  const policy = (props: MeshSettingsProps) => Manifests.of(settings(props).app).get('PeerAuthentication', 'default');
  const annotation = (name: string) => [`opt-out.cdk8s-grpc-mesh/${name}`];

  test('is plaintext, with the reason on the policy', () => {
    const { metadata, spec } = policy({ insecurePlaintext: { reason } });
    expect(spec).toEqual({ mtls: { mode: 'PERMISSIVE' } });
    expect(metadata.annotations).toHaveProperty(annotation('insecure-plaintext'), reason);
  });

  test('is TLS 1.2 at edges, and between proxies it stays 1.3', () => {
    expect(meshConfig({ dangerouslyAllowTls12: { reason } })).not.toHaveProperty('tlsDefaults');
    expect(meshConfig({ dangerouslyAllowTls12: { reason } }).meshMTLS).toEqual({ minProtocolVersion: 'TLSV1_3' });
    const { metadata } = policy({ dangerouslyAllowTls12: { reason } });
    expect(metadata.annotations).toHaveProperty(annotation('dangerously-allow-tls12'), reason);
  });

  test('is the world outside, with the reason on the policy', () => {
    const props = { dangerouslyAllowAnyOutbound: { reason } };
    expect(meshConfig(props).outboundTrafficPolicy).toEqual({ mode: 'ALLOW_ANY' });
    expect(policy(props).metadata.annotations).toHaveProperty(annotation('dangerously-allow-any-outbound'), reason);
  });
});

describe('a provider that something needs', () => {
  function needed(mesh?: Mesh): { app: App; shop: ZeroTrustNamespace; problems: () => string } {
    const app = new App();
    const shop = new ZeroTrustNamespace(app, 'shop', { mesh });
    const it = new Construct(shop, 'traced');
    needProvider(it, shop, collector, 'shop/traced (Traced)');
    return { app, shop, problems: () => it.node.validate().join() };
  }

  test('is added to the settings of the app, whether they come first or last', () => {
    const { app, problems } = needed();
    const { extensionProviders } = (
      load(new MeshSettings(app, 'mesh').toHelmValues()) as { meshConfig: { extensionProviders: unknown } }
    ).meshConfig;
    expect(extensionProviders).toEqual([
      { name: 'collector', opentelemetry: { service: 'collector.observability.svc.cluster.local', port: 4317 } },
    ]);
    expect(problems()).toBe('');
  });

  test('is there if the mesh has it already', () => {
    expect(needed(Mesh.istio({ extensionProviders: ['collector'] })).problems()).toBe('');
  });

  test('is missed otherwise, with the lines for the installation', () => {
    const text = needed(Mesh.istio({ extensionProviders: ['another'] })).problems();
    expect(text).toContain('[MissingProvider]');
    expect(text).toMatch(
      /extensionProviders:\n +- name: collector\n +opentelemetry:\n +service: collector\.observability/,
    );
    expect(text).toContain("Mesh.istio({ extensionProviders: ['collector'] })");
  });

  test('may be needed twice, and by one name is one', () => {
    const { shop } = needed();
    needProvider(shop, shop, collector, 'shop/other (Traced)');
    expect(refusal(() => needProvider(shop, shop, otherCollector, 'shop/third (Traced)'))).toMatchObject({
      code: 'AnotherProvider',
      message: expect.stringContaining('shop/traced (Traced)'),
    });
  });

  test('is told too late once the files are written', () => {
    const { app, mesh } = settings();
    const shop = new ZeroTrustNamespace(app, 'shop');
    needProvider(shop, shop, collector, 'shop (Traced)');
    mesh.toHelmValues();
    expect(mesh.node.validate()).toEqual([]);
    needProvider(shop, shop, ExtensionProvider.openTelemetryLogs('logs', collector), 'shop (Logged)');
    expect(mesh.node.validate().join()).toContain('[StaleSettings]');
  });
});

describe('files', () => {
  test('are written into a folder that is not there yet', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    settings().mesh.writeFiles(join(folder, 'platform', 'install'));
    expect(readFileSync(join(folder, 'platform', 'install', 'istiod-values.yaml'), 'utf8')).toContain('meshConfig');
    rmSync(folder, { recursive: true });
  });

  test('are not written where a file is in the way', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    const file = join(folder, 'istiod-values.yaml');
    settings().mesh.writeFiles(folder);
    expect(refusal(() => settings().mesh.writeFiles(file))).toMatchObject({
      code: 'NotWritten',
      message: expect.stringContaining(file),
    });
    rmSync(folder, { recursive: true });
  });
});

describe('at synth', () => {
  const acme = Mesh.istio({ trustDomain: 'acme.example' });
  const blue = Mesh.istio({ revision: 'blue', cni: true });
  const problems = (mesh: Mesh | undefined, ofShop: Mesh | undefined) => {
    const { app, mesh: it } = settings(mesh && { mesh });
    new ZeroTrustNamespace(app, 'coffee-shop', ofShop && { mesh: ofShop });
    return it.node.validate().join();
  };

  test.each<[string, Mesh | undefined, Mesh | undefined, string]>([
    ['another trust domain', undefined, acme, "new MeshSettings(app, 'mesh', { mesh: coffeeShop.mesh })"],
    [
      'another root namespace',
      undefined,
      Mesh.istio({ rootNamespace: 'mesh-root' }),
      "new MeshSettings(app, 'mesh', { mesh: coffeeShop.mesh })",
    ],
    ['no mesh named', acme, undefined, "new ZeroTrustNamespace(app, 'coffee-shop', { mesh: mesh.mesh })"],
  ])('a namespace with %s contradicts the settings', (_, mesh, ofShop, line) => {
    expect(problems(mesh, ofShop)).toContain('[ContradictingMesh]');
    expect(problems(mesh, ofShop)).toContain(line);
  });

  test.each<[string, Mesh | undefined, Mesh | undefined]>([
    ['the same trust domain', acme, Mesh.istio({ trustDomain: 'acme.example' })],
    ['nothing said', undefined, undefined],
    ['another revision', undefined, blue],
  ])('a namespace with %s does not', (_, mesh, ofShop) => {
    expect(problems(mesh, ofShop)).toBe('');
  });
});

describe('refused is', () => {
  test.each<[string, string, () => unknown]>([
    ['a second one', 'SecondSettings', () => new MeshSettings(settings().app, 'again')],
    ['one below a chart', 'SettingsNotUnderApp', () => new MeshSettings(new Chart(new App(), 'chart'), 'mesh')],
    ['a name that is none', 'InvalidName', () => new MeshSettings(new App(), 'The Mesh')],
    ['an alias that is none', 'InvalidTrustDomain', () => settings({ trustDomainAliases: ['*'] })],
    ['a door without a reason', 'NoReason', () => settings({ insecurePlaintext: { reason: '' } })],
    [
      'two providers of one name',
      'AnotherProvider',
      () => settings({ extensionProviders: [collector, otherCollector] }),
    ],
    ['a provider without a name', 'InvalidProviderName', () => ExtensionProvider.openTelemetryLogs('A b', collector)],
    ['a provider at no host', 'InvalidHost', () => ExtensionProvider.openTelemetryLogs('a', { host: 'it', port: 1 })],
    ['a provider at no port', 'InvalidPort', () => ExtensionProvider.openTelemetryLogs('a', { ...at(), port: 0 })],
    [
      'an authorizer that may take no time',
      'InvalidDuration',
      () => ExtensionProvider.grpcAuthorizer('a', { ...at(), timeout: Duration.millis(0) }),
    ],
    ['a provider of the mesh without a name', 'InvalidProviderName', () => Mesh.istio({ extensionProviders: ['*'] })],
  ])('%s', (_, code, attempt) => {
    expect(refusal(attempt).code).toBe(code);
  });
});

function at() {
  return { host: 'it.platform.svc.cluster.local', port: 4317 };
}

test('only settings are settings', () => {
  expect(new Chart(new App(), 'chart')).not.toBeInstanceOf(MeshSettings);
  expect(settings().mesh).toBeInstanceOf(MeshSettings);
});
