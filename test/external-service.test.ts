import { App, Testing } from 'cdk8s';
import {
  CallCondition,
  EgressGateway,
  ExternalService,
  type ExternalServiceProps,
  ExternalTls,
  MeshPort,
  MeshService,
  OutlierDetection,
  Workload,
  ZeroTrustNamespace,
} from '../src';
import { reaches } from './support/connects';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { sees } from './support/sees';
import { coffeeShop, order } from './support/shop';

const host = 'api.cards.example';
const pods = (app: string, namespace = 'coffee-shop') => ({ namespace, labels: { app } });
const https = { host, ports: [MeshPort.http(443)] };

/** An API outside that `order` calls. */
function called(props: Partial<ExternalServiceProps> = {}, paths?: string[]): Manifests {
  const { app, shop } = coffeeShop();
  new MeshService(shop, 'stranger', { workload: Workload.image('ghcr.io/acme/stranger:1') });
  order(shop).calls(new ExternalService(shop, 'cards', { ...https, ...props }), paths);
  return Manifests.of(app);
}

describe('a host outside', () => {
  test('is known to whoever declares that it is called, and to nobody else', () => {
    const manifests = called();
    const entry = { namespace: 'coffee-shop', host };
    expect(sees(manifests, pods('order'), entry)).toBe(true);
    expect(sees(manifests, pods('stranger'), entry)).toBe(false);
  });

  test('is where DNS says', () => {
    expect(called().get('ServiceEntry', 'cards').spec).toEqual({
      hosts: [host],
      location: 'MESH_EXTERNAL',
      resolution: 'DNS',
      ports: [{ number: 443, name: 'http', protocol: 'HTTP' }],
      exportTo: ['.'],
    });
  });

  test('is at fixed addresses, if it has endpoints', () => {
    const { spec } = called({ endpoints: ['203.0.113.7', '203.0.113.8'] }).get('ServiceEntry', 'cards');
    expect(spec.resolution).toBe('STATIC');
    expect(spec.endpoints).toEqual([{ address: '203.0.113.7' }, { address: '203.0.113.8' }]);
    expect(spec.addresses).toBeUndefined();
  });

  test('is told from others at a TCP port by its addresses, since a connection carries no name', () => {
    const database = { ports: [MeshPort.tcp(5432)], endpoints: ['203.0.113.7'] };
    expect(called(database).get('ServiceEntry', 'cards').spec.addresses).toEqual(['203.0.113.7']);
  });

  test('is known in the namespaces of its callers, each named once', () => {
    const { app, shop } = coffeeShop();
    const cards = new ExternalService(shop, 'cards', https);
    const other = new ZeroTrustNamespace(app, 'other');
    for (const id of ['a', 'b']) {
      new MeshService(other, id, { workload: Workload.image('ghcr.io/acme/a:1') }).calls(cards);
    }
    const manifests = Manifests.of(app);
    for (const kind of ['ServiceEntry', 'DestinationRule', 'VirtualService']) {
      expect(manifests.get(kind, 'cards').spec.exportTo).toEqual(['other']);
    }
    expect(manifests.get('Sidecar', 'a').spec.egress[0].hosts).toContain(`coffee-shop/${host}`);
  });

  test('may listen on another port than callers dial', () => {
    const ports = [MeshPort.http(80, { containerPort: 443 })];
    expect(called({ ports }).get('ServiceEntry', 'cards').spec.ports).toEqual([
      { number: 80, name: 'http', protocol: 'HTTP', targetPort: 443 },
    ]);
  });

  test('is told to the container that asks for its address', () => {
    const { app, shop } = coffeeShop();
    order(shop).calls(new ExternalService(shop, 'cards', https), undefined, { addressEnv: 'CARDS_ADDRESS' });
    const [container] = Manifests.of(app).get('Deployment', 'order').spec.template.spec.containers;
    expect(container.env).toContainEqual({ name: 'CARDS_ADDRESS', value: `${host}:443` });
  });

  test('is treated as its policy says', () => {
    const spec = called({ trafficPolicy: { outlierDetection: OutlierDetection.off() } }).get(
      'DestinationRule',
      'cards',
    ).spec;
    expect(spec.trafficPolicy.outlierDetection).toBeUndefined();
    expect(spec.trafficPolicy.tls.mode).toBe('SIMPLE');
  });
});

describe('TLS', () => {
  test('is begun by the proxy, for a server whose certificate has the name', () => {
    expect(called().get('DestinationRule', 'cards').spec.trafficPolicy.tls).toEqual({
      mode: 'SIMPLE',
      sni: host,
      subjectAltNames: [host],
      caCertificates: 'system',
    });
  });

  test('of the application passes by its name, and nobody looks into it', () => {
    const manifests = called({ ports: [MeshPort.tcp(443)], tls: ExternalTls.ofApplication() });
    expect(manifests.get('ServiceEntry', 'cards').spec.ports[0].protocol).toBe('TLS');
    expect(manifests.kind('DestinationRule').map(({ metadata }) => metadata.name)).not.toContain('cards');
  });

  test('of the proxy goes around a TCP protocol as well', () => {
    const manifests = called({ ports: [MeshPort.tcp(6380)] });
    expect(manifests.get('ServiceEntry', 'cards').spec.ports[0].protocol).toBe('TCP');
    expect(manifests.get('DestinationRule', 'cards').spec.trafficPolicy.tls.subjectAltNames).toEqual([host]);
  });

  test('is missing only where somebody has said why', () => {
    const manifests = called({ insecurePlaintext: { reason: 'a test server' } });
    expect(manifests.get('DestinationRule', 'cards').spec.trafficPolicy.tls).toBeUndefined();
    const mark = 'opt-out.cdk8s-grpc-mesh/insecure-plaintext';
    expect(manifests.get('ServiceEntry', 'cards').metadata.annotations?.[mark]).toBe('a test server');
    expect(called().get('ServiceEntry', 'cards').metadata.annotations?.[mark]).toBeUndefined();
  });
});

describe('requests', () => {
  const routes = (manifests: Manifests) => manifests.get('VirtualService', 'cards').spec.http;

  test('of a caller have a route if they were declared, exact paths before prefixes, and none else', () => {
    const from = { sourceNamespace: 'coffee-shop', sourceLabels: { app: 'order' } };
    expect(
      routes(called({}, ['/v1/', '/v1/charges/', '/status'])).map(({ match }: { match: object }) => match),
    ).toEqual([
      [{ uri: { exact: '/status' }, ...from }],
      [{ uri: { prefix: '/v1/charges/' }, ...from }],
      [{ uri: { prefix: '/v1/' }, ...from }],
    ]);
  });

  test('of the whole port have one route', () => {
    expect(routes(called()).map(({ match }: { match: object }) => match)).toEqual([
      [{ sourceNamespace: 'coffee-shop', sourceLabels: { app: 'order' } }],
    ]);
  });

  test('to several ports are told apart', () => {
    const { app, shop } = coffeeShop();
    const ports = [MeshPort.http(443), MeshPort.http(8443, { name: 'admin' })];
    const cards = new ExternalService(shop, 'cards', { host, ports });
    const client = order(shop);
    client.calls(cards, ['/v1/'], { port: 'http' });
    client.calls(cards, undefined, { port: 'admin' });
    const [open, admin] = routes(Manifests.of(app));
    expect(open.match[0]).toMatchObject({ port: 443, uri: { prefix: '/v1/' } });
    expect(admin.match[0].port).toBe(8443);
    expect(admin.route[0].destination).toEqual({ host, port: { number: 8443 } });
  });

  test('of a TCP port have no routes', () => {
    expect(
      called({ ports: [MeshPort.tcp(5432)] })
        .kind('VirtualService')
        .map(({ metadata }) => metadata.name),
    ).toEqual(['order']);
  });
});

describe('the network', () => {
  test('lets callers out to public addresses at the port, and nobody else', () => {
    const manifests = called();
    expect(reaches(manifests, pods('order'), '203.0.113.7', 443)).toBe(true);
    expect(reaches(manifests, pods('order'), '203.0.113.7', 80)).toBe(false);
    expect(reaches(manifests, pods('stranger'), '203.0.113.7', 443)).toBe(false);
  });

  test.each(['10.1.2.3', '172.20.0.1', '192.168.1.1', '100.64.0.1', '169.254.169.254'])(
    'does not let them out to %s, which is private',
    (address) => {
      expect(reaches(called(), pods('order'), address, 443)).toBe(false);
    },
  );

  test('lets them out to the addresses that were named, and to no others', () => {
    const manifests = called({ addresses: ['10.9.0.0/16'] });
    expect(reaches(manifests, pods('order'), '10.9.1.1', 443)).toBe(true);
    expect(reaches(manifests, pods('order'), '203.0.113.7', 443)).toBe(false);
  });

  test('lets them out to the endpoints, if nothing else was named', () => {
    const manifests = called({ endpoints: ['10.9.1.1'] });
    expect(reaches(manifests, pods('order'), '10.9.1.1', 443)).toBe(true);
    expect(reaches(manifests, pods('order'), '10.9.1.2', 443)).toBe(false);
  });

  test('is about the port at which the host listens', () => {
    const manifests = called({ ports: [MeshPort.http(80, { containerPort: 443 })] });
    expect(reaches(manifests, pods('order'), '203.0.113.7', 443)).toBe(true);
    expect(reaches(manifests, pods('order'), '203.0.113.7', 80)).toBe(false);
  });
});

describe('refuses', () => {
  const secret = ExternalTls.verified({ authoritySecret: 'cards-ca' });
  const plain = { insecurePlaintext: { reason: 'a test server' } };
  const tcp = { ports: [MeshPort.tcp(443)] };

  test.each<[string, Partial<ExternalServiceProps>, string, Partial<ExternalServiceProps>]>([
    ['a pattern as host', { host: '*.cards.example' }, 'InvalidHost', {}],
    ['a scheme in the host', { host: 'https://api.cards.example' }, 'InvalidHost', {}],
    ['no ports', { ports: [] }, 'NoPorts', {}],
    ['one port twice', { ports: [MeshPort.http(443), MeshPort.http(443)] }, 'DuplicatePort', {}],
    ['an address that is none', { addresses: ['cards.example'] }, 'InvalidAddress', { addresses: ['10.0.0.0/8'] }],
    ['an endpoint that is a network', { endpoints: ['10.0.0.0/8'] }, 'InvalidAddress', { endpoints: ['10.0.0.1'] }],
    ['plaintext without a reason', { insecurePlaintext: { reason: ' ' } }, 'NoReason', plain],
    [
      'plaintext beside TLS',
      { ...plain, tls: ExternalTls.verified() },
      'PlaintextWithTls',
      { tls: ExternalTls.verified() },
    ],
    [
      'HTTP that the application encrypts',
      { tls: ExternalTls.ofApplication() },
      'EncryptedRequests',
      { ...tcp, tls: ExternalTls.ofApplication() },
    ],
    ['a Secret for every caller', { tls: secret }, 'NoEgressGateway', {}],
    ['a traffic policy for TCP', { ...tcp, trafficPolicy: {} }, 'NothingToTune', { trafficPolicy: {} }],
  ])('%s', (_, wrong, code, right) => {
    expect(refusal(() => called(wrong)).code).toBe(code);
    expect(() => called(right)).not.toThrow();
  });

  test.each<[string, Partial<ExternalServiceProps>, string, Partial<ExternalServiceProps>]>([
    ['TCP', tcp, 'NothingToRoute', {}],
    ['several ports', { ports: [MeshPort.http(443), MeshPort.http(80, { name: 'old' })] }, 'SeveralPorts', {}],
    ['nothing else: a Secret is fine', tcp, 'NothingToRoute', { tls: secret }],
  ])('through a gateway %s', (_, wrong, code, right) => {
    const attempt = (props: Partial<ExternalServiceProps>) => () => {
      const { shop } = coffeeShop();
      return new ExternalService(shop, 'cards', { ...https, through: new EgressGateway(shop, 'egress'), ...props });
    };
    expect(refusal(attempt(wrong)).code).toBe(code);
    expect(attempt(right)).not.toThrow();
  });

  test('a host that is described already', () => {
    const { shop } = coffeeShop();
    new ExternalService(shop, 'cards', https);
    expect(refusal(() => new ExternalService(shop, 'again', https))).toMatchObject({
      code: 'HostTaken',
      message: expect.stringContaining('order.calls(cards)'),
    });
    expect(() => new ExternalService(shop, 'other', { ...https, host: 'other.example' })).not.toThrow();
  });

  test('a place in no namespace', () => {
    expect(refusal(() => new ExternalService(new App(), 'cards', https)).code).toBe('NoNamespace');
  });

  test('a condition, which no proxy could ask', () => {
    const { shop } = coffeeShop();
    const cards = new ExternalService(shop, 'cards', https);
    const when = [CallCondition.sourceAddress(['10.2.0.0/16'])];
    expect(refusal(() => order(shop).calls(cards, undefined, { when })).code).toBe('ConditionOutside');
  });

  test.each<[string, Partial<ExternalServiceProps>, string | undefined]>([
    ['a second host for TCP connections to one port', { ports: [MeshPort.tcp(5432)] }, 'SharedTcpPort'],
    ['not one at another port', { ports: [MeshPort.tcp(5433)] }, undefined],
    ['not one that has addresses', { ports: [MeshPort.tcp(5432)], endpoints: ['203.0.113.7'] }, undefined],
    ['not one that names itself', { ports: [MeshPort.tcp(5432)], tls: ExternalTls.ofApplication() }, undefined],
    ['not one of requests', { ports: [MeshPort.http(5432)] }, undefined],
  ])('%s', (_, second, code) => {
    const { shop } = coffeeShop();
    const client = order(shop);
    const first = new ExternalService(shop, 'first', { host: 'first.example', ports: [MeshPort.tcp(5432)] });
    const other = new ExternalService(shop, 'second', { host: 'second.example', ports: [], ...second });
    client.calls(first);
    client.calls(first);
    const attempt = () => client.calls(other);
    if (code === undefined) expect(attempt).not.toThrow();
    else expect(refusal(attempt).code).toBe(code);
    new MeshService(shop, 'neighbour', { workload: Workload.image('ghcr.io/acme/a:1') }).calls(other);
  });

  test.each<[string, Partial<ExternalServiceProps>, string | undefined]>([
    ['a caller without a proxy, which would begin TLS', {}, 'NoProxy'],
    ['not one that speaks TLS itself', { ...tcp, tls: ExternalTls.ofApplication() }, undefined],
    ['not one that has to speak plaintext', plain, undefined],
  ])('%s', (_, props, code) => {
    const { shop } = coffeeShop();
    const outsideMesh = { reason: 'no sidecar on Windows nodes' };
    const client = new MeshService(shop, 'client', { workload: Workload.image('ghcr.io/acme/a:1', { outsideMesh }) });
    const cards = new ExternalService(shop, 'cards', { ...https, ...props });
    if (code === undefined) expect(() => client.calls(cards)).not.toThrow();
    else expect(refusal(() => client.calls(cards)).code).toBe(code);
  });

  test('a caller without a proxy at a gateway that asks for certificates', () => {
    const { shop } = coffeeShop();
    const outsideMesh = { reason: 'no sidecar on Windows nodes' };
    const client = new MeshService(shop, 'client', { workload: Workload.image('ghcr.io/acme/a:1', { outsideMesh }) });
    const through = new EgressGateway(shop, 'egress');
    const cards = new ExternalService(shop, 'cards', { ...https, ...plain, through });
    expect(refusal(() => client.calls(cards)).code).toBe('NoProxy');
  });

  test('a path that is none', () => {
    const { shop } = coffeeShop();
    const cards = new ExternalService(shop, 'cards', https);
    expect(refusal(() => order(shop).calls(cards, ['v1'])).code).toBe('InvalidPath');
  });

  test('at synth a host that nobody calls', () => {
    const { shop } = coffeeShop();
    const cards = new ExternalService(shop, 'cards', https);
    const problems = () => cards.node.validate().join();
    expect(problems()).toMatch(/nobody calls api.cards.example(.|\n)*\[NobodyCalls\]/);
    order(shop).calls(cards);
    expect(problems()).toBe('');
    expect(() => Testing.synth(shop)).not.toThrow();
  });
});
