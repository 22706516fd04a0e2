import { App } from 'cdk8s';
import {
  EgressGateway,
  type EgressGatewayProps,
  ExternalGrpcService,
  ExternalService,
  ExternalTls,
  GrpcService,
  MeshPort,
  MeshService,
  Workload,
  ZeroTrustNamespace,
} from '../src';
import { admits } from './support/admits';
import { connects, reaches } from './support/connects';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { sees } from './support/sees';
import { coffeeShop, order, orderApi, payment, paymentApi } from './support/shop';

const host = 'api.cards.example';
const charge = '/coffee.v1.Payment/Charge';
const refund = '/coffee.v1.Payment/Refund';
const identity = (app: string) => `cluster.local/ns/coffee-shop/sa/${app}`;
const gateway = { namespace: 'exits', labels: { app: 'egress', istio: 'egress' }, port: 8443 };
const pods = (app: string) => ({ namespace: 'coffee-shop', labels: { app } });

interface Ways {
  readonly tls?: ExternalTls;
  readonly addresses?: string[];
  readonly props?: EgressGatewayProps;
}

/** `order` and `payment` call an API outside, each an RPC, and `order` a page, through a gateway in a namespace of its own. */
function through({ tls, addresses, props }: Ways = {}): Manifests {
  const { app, shop } = coffeeShop();
  const exits = new ZeroTrustNamespace(app, 'exits');
  const egress = new EgressGateway(exits, 'egress', props);
  const cards = new ExternalGrpcService(shop, 'cards', { host, apis: [paymentApi], through: egress, tls, addresses });
  const pages = new ExternalService(exits, 'pages', {
    host: 'www.cards.example',
    ports: [MeshPort.http(443)],
    through: egress,
  });
  new MeshService(shop, 'stranger', { workload: Workload.image('ghcr.io/acme/stranger:1') });
  const client = order(shop);
  client.calls(cards, ['Charge']);
  client.calls(pages, ['/terms/']);
  payment(shop).calls(cards, ['Refund']);
  return Manifests.of(app);
}

function asks(app: string, path: string, authority = host) {
  return { ...gateway, principal: identity(app), path, host: authority };
}

describe('the gateway admits', () => {
  const manifests = through();

  test.each([
    ['a caller to its RPC', asks('order', charge), true],
    ['a caller with the port in the authority', asks('order', charge, `${host}:443`), true],
    ['not a caller to an RPC of another one', asks('order', refund), false],
    ['the other one', asks('payment', refund), true],
    ['not the other one to more', asks('payment', charge), false],
    ['not who declared nothing', asks('stranger', charge), false],
    ['not a namesake elsewhere', { ...asks('order', charge), principal: 'cluster.local/ns/elsewhere/sa/order' }, false],
    ['not a caller to a host that does not pass', asks('order', charge, 'api.other.example'), false],
    ['not a caller to an RPC by the name of another host', asks('order', charge, 'www.cards.example'), false],
    ['a caller to a path below its own', { ...asks('order', '/terms/1', 'www.cards.example'), method: 'GET' }, true],
    ['not a caller to another path', { ...asks('order', '/admin', 'www.cards.example'), method: 'GET' }, false],
    ['not the other caller to it', { ...asks('payment', '/terms/1', 'www.cards.example'), method: 'GET' }, false],
  ])('%s', (_, call, expected) => {
    expect(admits(manifests, call)).toBe(expected);
  });
});

describe('the network', () => {
  const manifests = through();

  test('leads callers to the gateway, and not outside', () => {
    expect(connects(manifests, { from: pods('order'), to: gateway, port: 8443 })).toBe(true);
    expect(reaches(manifests, pods('order'), '203.0.113.7', 443)).toBe(false);
    expect(reaches(manifests, pods('order'), '203.0.113.7', 8443)).toBe(false);
  });

  test('leads nobody else to the gateway', () => {
    expect(connects(manifests, { from: pods('stranger'), to: gateway, port: 8443 })).toBe(false);
    expect(connects(manifests, { from: pods('order'), to: gateway, port: 15000 })).toBe(false);
  });

  test('lets the gateway out to public addresses, at the ports of its hosts', () => {
    expect(reaches(manifests, gateway, '203.0.113.7', 443)).toBe(true);
    expect(reaches(manifests, gateway, '203.0.113.7', 80)).toBe(false);
    expect(reaches(manifests, gateway, '169.254.169.254', 443)).toBe(false);
  });

  test('lets the gateway out to the addresses that were named', () => {
    expect(reaches(through({ addresses: ['10.9.0.0/16'] }), gateway, '10.9.1.1', 443)).toBe(true);
  });
});

describe('a call', () => {
  const manifests = through();
  const routes = () => manifests.get('VirtualService', 'cards').spec.http;

  test('goes from its caller to the gateway, and from the gateway outside', () => {
    expect(manifests.get('VirtualService', 'cards').spec.gateways).toEqual(['mesh', 'exits/egress']);
    const charges = routes().filter(({ match }: { match: { uri: { exact: string } }[] }) =>
      match.some(({ uri }) => uri.exact === charge),
    );
    expect(charges).toMatchObject([
      {
        match: [{ sourceNamespace: 'coffee-shop', sourceLabels: { app: 'order' } }],
        route: [
          {
            destination: {
              host: 'egress.exits.svc.cluster.local',
              subset: 'coffee-shop-cards',
              port: { number: 443 },
            },
          },
        ],
        timeout: '30s',
      },
      { match: [{ gateways: ['exits/egress'] }], route: [{ destination: { host, port: { number: 443 } } }] },
    ]);
    // With gateways beside them Istio would not ask for labels: every caller would get the route.
    expect(charges[0].match[0].gateways).toBeUndefined();
    // The deadline is the caller's: one for all tries.
    expect(charges[1].timeout).toBeUndefined();
  });

  test('is repeated by the gateway as the .proto allows, and by the caller only if it did not get there', () => {
    const retryOn = (name: string) => routes().find((route: { name: string }) => route.name === name).retries.retryOn;
    expect(retryOn('unary-idempotent')).toBe('connect-failure,refused-stream,reset-before-request');
    expect(retryOn('out-unary-idempotent')).toContain('unavailable');
  });

  test('is known by the name of the host on its way: certificates of the mesh on both sides', () => {
    expect(manifests.get('Gateway', 'egress').spec).toEqual({
      selector: { app: 'egress', istio: 'egress' },
      servers: [
        {
          port: { number: 443, name: 'https', protocol: 'HTTPS' },
          hosts: [`coffee-shop/${host}`, 'exits/www.cards.example'],
          tls: { mode: 'ISTIO_MUTUAL', minProtocolVersion: 'TLSV1_3' },
        },
      ],
    });
    expect(manifests.get('DestinationRule', 'egress').spec.subsets).toEqual([
      { name: 'coffee-shop-cards', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: host } } },
      { name: 'pages', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: 'www.cards.example' } } },
    ]);
  });

  test('is encrypted for the host by the gateway alone', () => {
    const { spec } = manifests.get('DestinationRule', 'cards');
    expect(spec.exportTo).toEqual(['exits']);
    expect(spec.trafficPolicy.tls).toMatchObject({ mode: 'SIMPLE', subjectAltNames: [host], caCertificates: 'system' });
  });

  test('is of a host that callers and gateway know, and nobody else', () => {
    expect(manifests.get('ServiceEntry', 'cards').spec.exportTo).toEqual(['.', 'exits']);
    expect(sees(manifests, pods('order'), { namespace: 'coffee-shop', host })).toBe(true);
    expect(sees(manifests, pods('stranger'), { namespace: 'coffee-shop', host })).toBe(false);
  });
});

describe('Secrets', () => {
  const rights = (manifests: Manifests) => [manifests.kind('Role'), manifests.kind('RoleBinding')].flat().length;

  test('are listed by the gateway only if a host needs one', () => {
    expect(rights(through())).toBe(0);
    expect(rights(through({ tls: ExternalTls.verified({ authoritySecret: 'cards-ca' }) }))).toBe(2);
  });

  test('hold the authority of the server', () => {
    const { tls } = through({ tls: ExternalTls.verified({ authoritySecret: 'cards-ca' }) }).get(
      'DestinationRule',
      'cards',
    ).spec.trafficPolicy;
    expect(tls).toEqual({ mode: 'SIMPLE', sni: host, subjectAltNames: [host], credentialName: 'cards-ca' });
  });

  test('hold the certificate that the gateway shows', () => {
    const { tls } = through({ tls: ExternalTls.mutual({ secretName: 'cards-client' }) }).get('DestinationRule', 'cards')
      .spec.trafficPolicy;
    expect(tls).toEqual({ mode: 'MUTUAL', sni: host, subjectAltNames: [host], credentialName: 'cards-client' });
  });

  test('of two hosts need one right', () => {
    const { app, shop } = coffeeShop();
    const egress = new EgressGateway(shop, 'egress');
    const client = order(shop);
    for (const id of ['a', 'b']) {
      const tls = ExternalTls.mutual({ secretName: id });
      client.calls(
        new ExternalGrpcService(shop, id, { host: `${id}.example`, apis: [paymentApi], tls, through: egress }),
      );
    }
    expect(rights(Manifests.of(app))).toBe(2);
  });
});

describe('its pods', () => {
  test('are two, or as many as somebody said', () => {
    expect(through().get('Deployment', 'egress').spec.replicas).toBe(2);
    expect(through({ props: { replicas: 5 } }).get('Deployment', 'egress').spec.replicas).toBe(5);
  });

  test('are found inside the cluster only, by HTTP/2', () => {
    const { spec } = through().get('Service', 'egress');
    expect(spec.type).toBeUndefined();
    expect(spec.ports).toEqual([{ name: 'http2', port: 443, targetPort: 8443, protocol: 'TCP', appProtocol: 'http2' }]);
  });

  test('stay, however often a host outside fails', () => {
    expect(through().get('DestinationRule', 'egress').spec.trafficPolicy.outlierDetection).toBeUndefined();
  });
});

test('a caller of another team is admitted by the gateway, whose walls are ours', () => {
  const { app, shop } = coffeeShop();
  const egress = new EgressGateway(shop, 'egress');
  const cards = new ExternalGrpcService(shop, 'cards', { host, apis: [paymentApi], through: egress });
  const partner = GrpcService.fromGrpcServiceAttributes(shop, 'partner', {
    name: 'partner',
    namespaceName: 'partners',
    apis: [orderApi],
  });
  partner.calls(cards, ['Charge']);
  const principal = 'cluster.local/ns/partners/sa/partner';
  const call = { ...gateway, namespace: 'coffee-shop', principal, path: charge, host };
  expect(admits(Manifests.of(app), call)).toBe(true);
});

describe('refuses', () => {
  test.each([
    ['half a pod', { replicas: 0.5 }, 'InvalidReplicas'],
    ['a negative number of pods', { replicas: -1 }, 'InvalidReplicas'],
  ])('%s', (_, props, code) => {
    const { shop } = coffeeShop();
    expect(refusal(() => new EgressGateway(shop, 'egress', props)).code).toBe(code);
  });

  test('a place in no namespace', () => {
    expect(refusal(() => new EgressGateway(new App(), 'egress')).code).toBe('NoNamespace');
  });

  test('at synth more callers than its policy holds', () => {
    const { shop } = coffeeShop();
    const egress = new EgressGateway(shop, 'egress');
    const hosts = [0, 1, 2].map(
      (i) =>
        new ExternalGrpcService(shop, `cards-${i}`, {
          host: `${i}.cards.example`,
          apis: [paymentApi],
          through: egress,
        }),
    );
    const peer = (i: number) =>
      GrpcService.fromGrpcServiceAttributes(shop, `peer-${i}`, {
        name: `peer-${i}`,
        namespaceName: 'peers',
        apis: [orderApi],
      });
    for (let i = 0; i < 170; i++) {
      const caller = peer(i);
      for (const cards of hosts) caller.calls(cards, ['Charge']);
    }
    const last = peer(170);
    for (const cards of hosts.slice(0, 2)) last.calls(cards, ['Charge']);
    expect(egress.node.validate()).toEqual([]);
    last.calls(hosts[2], ['Charge']);
    expect(egress.node.validate().join()).toMatch(/513 callers(.|\n)*\[TooManyCallers\]/);
  });

  test('at synth a gateway through which nothing goes', () => {
    const { shop } = coffeeShop();
    const egress = new EgressGateway(shop, 'egress');
    expect(egress.node.validate().join()).toMatch(/\[NothingPasses\]/);
    new ExternalGrpcService(shop, 'cards', { host, apis: [paymentApi], through: egress });
    expect(egress.node.validate()).toEqual([]);
  });
});
