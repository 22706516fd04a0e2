import type { App } from 'cdk8s';
import { Construct } from 'constructs';
import { GrpcApi, GrpcService, Mesh, MeshPort, MeshService, Workload, ZeroTrustNamespace } from '../src';
import { admits } from './support/admits';
import { Asked } from './support/asked';
import { ARRIVES, carries, STOPPED } from './support/carries';
import { connects } from './support/connects';
import { Manifests } from './support/manifests';
import { type Program, refused, written } from './support/program';
import { refusal } from './support/refusal';
import { sees } from './support/sees';
import { coffeeShop, order, payment } from './support/shop';

const NS = 'coffee-shop';
const at = (name: string, port?: number) => ({ namespace: NS, name, port });

function service(scope: Construct, id: string, ports?: MeshPort[]): MeshService {
  return new MeshService(scope, id, { workload: Workload.image(`${id}:1`), ports });
}

describe('the objects of a service', () => {
  const kinds = (ports?: MeshPort[]) => {
    const { app, shop } = coffeeShop();
    service(shop, 'web', ports);
    return Manifests.of(app)
      .all.filter(({ metadata }) => metadata.name === 'web')
      .map(({ kind }) => kind);
  };
  const WALLS = ['AuthorizationPolicy', 'NetworkPolicy', 'Sidecar'];
  const PODS = ['PodDisruptionBudget', 'Deployment'];

  test.each([MeshPort.http(8080), MeshPort.grpc(9000)])('that is called by request', (port) => {
    expect(kinds([port])).toEqual([
      'ServiceAccount',
      'Service',
      'DestinationRule',
      'VirtualService',
      ...WALLS,
      ...PODS,
    ]);
  });

  test('that is called by connection', () => {
    expect(kinds([MeshPort.tcp(6379)])).toEqual(['ServiceAccount', 'Service', ...WALLS, ...PODS]);
  });

  test('that only calls', () => {
    expect(kinds()).toEqual(['ServiceAccount', ...WALLS, ...PODS]);
  });

  test('all lie in its namespace', () => {
    const { app, shop } = coffeeShop();
    service(shop, 'web', [MeshPort.http(8080)]);
    const namespaces = Manifests.of(app)
      .all.filter(({ metadata }) => metadata.name === 'web')
      .map(({ metadata }) => metadata.namespace);
    expect(new Set(namespaces)).toEqual(new Set([NS]));
  });
});

test('a service knows its names', () => {
  const { shop } = coffeeShop();
  const { serviceName, namespaceName, host, serviceAccountName } = service(shop, 'web');
  expect([serviceName, namespaceName, host, serviceAccountName]).toEqual([
    'web',
    NS,
    'web.coffee-shop.svc.cluster.local',
    'web',
  ]);
});

describe('before anybody declares a call', () => {
  const two = () => {
    const { app, shop } = coffeeShop();
    service(shop, 'web', [MeshPort.http(8080)]);
    service(shop, 'cache', [MeshPort.tcp(6379)]);
    return Manifests.of(app);
  };

  test('nothing lets a call through', () => {
    expect(carries(two(), at('web'), at('cache', 6379), '')).toEqual(STOPPED);
  });

  test('the policy of a service has no rules, and the two lists of its NetworkPolicy are empty', () => {
    const { spec } = two().get('NetworkPolicy', 'web');
    expect([two().get('AuthorizationPolicy', 'web').spec, spec.ingress, spec.egress]).toEqual([
      { selector: { matchLabels: { app: 'web' } }, action: 'ALLOW' },
      [],
      [],
    ]);
  });

  test('the NetworkPolicy of a service says that it speaks of both directions', () => {
    expect(two().get('NetworkPolicy', 'web').spec.policyTypes).toEqual(['Ingress', 'Egress']);
  });

  test('the Sidecar of a service sees what everybody sees, and still lets nothing unknown through', () => {
    expect(two().get('Sidecar', 'web').spec).toEqual({
      workloadSelector: { labels: { app: 'web' } },
      egress: [{ hosts: ['istio-system/*', 'kube-system/kube-dns.kube-system.svc.cluster.local'] }],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    });
  });
});

describe('a call of an HTTP service', () => {
  const calls = (paths?: string[]) => {
    const { app, shop } = coffeeShop();
    const server = service(shop, 'report', [MeshPort.http(80, { containerPort: 8080 })]);
    service(shop, 'web').calls(server, paths);
    service(shop, 'other');
    return Manifests.of(app);
  };
  const server = at('report', 8080);

  test.each(['GET', 'POST', 'DELETE'])('arrives at a declared path by %s', (method) => {
    expect(carries(calls(['/daily']), at('web'), server, '/daily', method)).toEqual(ARRIVES);
  });

  test.each(['/', '/daily/', '/daily/1', '/dail', '/dailyx'])('is refused at %s beside a declared path', (path) => {
    expect(carries(calls(['/daily']), at('web'), server, path, 'GET').admitted).toBe(false);
  });

  test.each(['/static/', '/static/app.js', '/static/css/a.css'])('arrives at %s below a trailing slash', (path) => {
    expect(carries(calls(['/static/']), at('web'), server, path, 'GET')).toEqual(ARRIVES);
  });

  test.each(['/static', '/staticx', '/'])('is refused at %s beside a trailing slash', (path) => {
    expect(carries(calls(['/static/']), at('web'), server, path, 'GET').admitted).toBe(false);
  });

  test.each(['/', '/anything/at/all'])('arrives at %s if no path is named', (path) => {
    expect(carries(calls(), at('web'), server, path, 'GET')).toEqual(ARRIVES);
  });

  test('is decided on the port of the container', () => {
    expect(carries(calls(), at('web'), at('report', 80), '/', 'GET')).toMatchObject({
      admitted: false,
      connected: false,
    });
  });

  test('is stopped by every wall for anybody else', () => {
    expect(carries(calls(), at('other'), server, '/daily', 'GET')).toEqual(STOPPED);
  });

  test('does not open the way back', () => {
    expect(carries(calls(), at('report'), at('web', 8080), '/', 'GET')).toEqual(STOPPED);
  });
});

describe('a call of a TCP service', () => {
  const redis = () => {
    const { app, shop } = coffeeShop();
    const cache = service(shop, 'redis', [
      MeshPort.tcp(6379, { name: 'redis' }),
      MeshPort.tcp(9121, { name: 'metrics' }),
    ]);
    service(shop, 'cart').calls(cache, undefined, { port: 'tcp-redis' });
    return Manifests.of(app);
  };

  test('arrives as a connection', () => {
    expect(carries(redis(), at('cart'), at('redis', 6379), '')).toEqual(ARRIVES);
  });

  test('is admitted by a rule without anything of HTTP, which a TCP proxy would drop', () => {
    expect(redis().get('AuthorizationPolicy', 'redis').spec.rules).toEqual([
      {
        from: [{ source: { principals: ['cluster.local/ns/coffee-shop/sa/cart'] } }],
        to: [{ operation: { ports: ['6379'] } }],
      },
    ]);
  });

  test('does not arrive at another port', () => {
    expect(carries(redis(), at('cart'), at('redis', 9121), '')).toMatchObject({ admitted: false, connected: false });
  });
});

describe('a call of a gRPC port without known RPCs', () => {
  test('is admitted as a whole, by POST', () => {
    const { app, shop } = coffeeShop();
    service(shop, 'web').calls(service(shop, 'etcd', [MeshPort.grpc(2379)]));
    expect(Manifests.of(app).get('AuthorizationPolicy', 'etcd').spec.rules[0].to).toEqual([
      { operation: { ports: ['2379'], methods: ['POST'] } },
    ]);
  });
});

describe('calls add up', () => {
  test('over paths', () => {
    const { app, shop } = coffeeShop();
    const server = service(shop, 'report', [MeshPort.http(8080)]);
    const client = service(shop, 'web');
    client.calls(server, ['/b']);
    client.calls(server, ['/a', '/b']);
    const { rules } = Manifests.of(app).get('AuthorizationPolicy', 'report').spec;
    expect(rules).toHaveLength(1);
    expect(rules[0].to).toEqual([{ operation: { ports: ['8080'], paths: ['/a', '/b'] } }]);
  });

  test('over ports, which the walls of both ends open one by one', () => {
    const { app, shop } = coffeeShop();
    const server = service(shop, 'report', [
      MeshPort.http(8080),
      MeshPort.tcp(9000),
      MeshPort.tcp(9001, { name: 'x' }),
    ]);
    const client = service(shop, 'web');
    client.calls(server, ['/daily'], { port: 'http' });
    client.calls(server, undefined, { port: 'tcp' });
    const manifests = Manifests.of(app);
    const open = [8080, 9000, 9001].map((port) => carries(manifests, at('web'), at('report', port), '/daily', 'GET'));
    expect(open).toEqual([ARRIVES, ARRIVES, { admitted: false, connected: false, visible: true }]);
  });

  test('over ten callers in one policy with one rule for each', () => {
    const { app, shop } = coffeeShop();
    const server = service(shop, 'report', [MeshPort.http(8080)]);
    for (let i = 0; i < 10; i++) service(shop, `client-${i}`).calls(server, [`/${i}`]);
    const manifests = Manifests.of(app);
    const policies = manifests
      .kind('AuthorizationPolicy')
      .filter(({ spec }) => spec.selector?.matchLabels.app === 'report');
    expect(policies.map(({ spec }) => spec.rules.length)).toEqual([10]);
  });

  test('over ten callers in one rule of the NetworkPolicy with ten peers', () => {
    const { app, shop } = coffeeShop();
    const server = service(shop, 'report', [MeshPort.http(8080)]);
    for (let i = 0; i < 10; i++) service(shop, `client-${i}`).calls(server, [`/${i}`]);
    const { ingress } = Manifests.of(app).get('NetworkPolicy', 'report').spec;
    expect(ingress.map(({ from, ports }: { from: object[]; ports: object[] }) => [from.length, ports])).toEqual([
      [10, [{ protocol: 'TCP', port: 8080 }]],
    ]);
  });

  test('and ten callers may each do only what they declared', () => {
    const { app, shop } = coffeeShop();
    const server = service(shop, 'report', [MeshPort.http(8080)]);
    for (let i = 0; i < 10; i++) service(shop, `client-${i}`).calls(server, [`/${i}`]);
    const manifests = Manifests.of(app);
    const own = (i: number, path: number) =>
      carries(manifests, at(`client-${i}`), at('report', 8080), `/${path}`).admitted;
    expect([own(3, 3), own(3, 4), own(4, 3)]).toEqual([true, false, false]);
  });
});

test('a service may call itself', () => {
  const { app, shop } = coffeeShop();
  const peer = service(shop, 'gossip', [MeshPort.tcp(7946)]);
  peer.calls(peer);
  expect(carries(Manifests.of(app), at('gossip'), at('gossip', 7946), '')).toEqual(ARRIVES);
});

describe('a call into another namespace', () => {
  const crossing = () => {
    const { app, shop } = coffeeShop();
    const roastery = new ZeroTrustNamespace(app, 'roastery');
    service(shop, 'web').calls(service(roastery, 'beans', [MeshPort.http(8080)]), ['/beans/']);
    service(roastery, 'web');
    return Manifests.of(app);
  };
  const beans = { namespace: 'roastery', name: 'beans', port: 8080 };

  test('arrives', () => {
    expect(carries(crossing(), at('web'), beans, '/beans/1', 'GET')).toEqual(ARRIVES);
  });

  test('is not admitted from a service of the same name in the namespace of the callee', () => {
    const client = { namespace: 'roastery', name: 'web' };
    expect(carries(crossing(), client, beans, '/beans/1', 'GET')).toEqual(STOPPED);
  });

  test('names the namespace in the Sidecar of the client', () => {
    expect(crossing().get('Sidecar', 'web', NS).spec.egress[0].hosts).toContain(
      'roastery/beans.roastery.svc.cluster.local',
    );
  });

  test('writes the objects of each end in its own namespace', () => {
    const manifests = crossing();
    const namespaces = ['AuthorizationPolicy', 'VirtualService'].map(
      (kind) => manifests.get(kind, 'beans').metadata.namespace,
    );
    expect(namespaces).toEqual(['roastery', 'roastery']);
  });
});

describe('a peer outside the app', () => {
  const attributes = { name: 'ledger', namespaceName: 'bank', ports: [MeshPort.http(80, { containerPort: 8080 })] };

  test('writes no objects', () => {
    const { app, shop } = coffeeShop();
    const before = Manifests.of(app).all.length;
    MeshService.fromMeshServiceAttributes(shop, 'ledger', attributes);
    expect(Manifests.of(app).all).toHaveLength(before);
  });

  test('may stand directly under the App', () => {
    const { app } = coffeeShop();
    expect(MeshService.fromMeshServiceAttributes(app, 'ledger', attributes).host).toBe('ledger.bank.svc.cluster.local');
  });

  test('has the cluster domain of the mesh that it is described in', () => {
    const { shop } = coffeeShop({ mesh: Mesh.istio({ clusterDomain: 'corp.example' }) });
    expect(MeshService.fromMeshServiceAttributes(shop, 'ledger', attributes).host).toBe('ledger.bank.svc.corp.example');
  });

  test('can be called: our side opens, its own side is its owner’s', () => {
    const { app, shop } = coffeeShop();
    service(shop, 'web').calls(MeshService.fromMeshServiceAttributes(shop, 'ledger', attributes), ['/book']);
    const server = { namespace: 'bank', name: 'ledger', port: 8080 };
    // Nothing is written in the namespace of the peer, so nothing refuses there.
    expect(carries(Manifests.of(app), at('web'), server, '/book', 'GET')).toEqual(ARRIVES);
  });

  test('can be called, and other pods of its namespace still cannot', () => {
    const { app, shop } = coffeeShop();
    service(shop, 'web').calls(MeshService.fromMeshServiceAttributes(shop, 'ledger', attributes), ['/book']);
    const server = { namespace: 'bank', name: 'vault', port: 8080 };
    expect(carries(Manifests.of(app), at('web'), server, '/', 'GET')).toMatchObject({
      connected: false,
      visible: false,
    });
  });

  test('is found by the labels that its owner gave it', () => {
    const { app, shop } = coffeeShop();
    const podLabels = { 'app.kubernetes.io/name': 'ledger' };
    const ledger = MeshService.fromMeshServiceAttributes(shop, 'ledger', { ...attributes, podLabels });
    service(shop, 'web').calls(ledger, ['/book']);
    const server = { namespace: 'bank', name: 'ledger', labels: podLabels, port: 8080 };
    expect(carries(Manifests.of(app), at('web'), server, '/book', 'GET')).toEqual(ARRIVES);
  });

  test('that was described twice, by other labels, is reached by both', () => {
    const { app, shop } = coffeeShop();
    const web = service(shop, 'web');
    for (const colour of ['blue', 'green']) {
      const podLabels = { colour };
      web.calls(MeshService.fromMeshServiceAttributes(shop, colour, { ...attributes, podLabels }), ['/book']);
    }
    const manifests = Manifests.of(app);
    const from = { namespace: NS, labels: { app: 'web' } };
    const reached = ['blue', 'green'].map((colour) =>
      connects(manifests, { from, to: { namespace: 'bank', labels: { colour } }, port: 8080 }),
    );
    expect(reached).toEqual([true, true]);
  });

  test('can call us', () => {
    const { app, shop } = coffeeShop();
    const ledger = MeshService.fromMeshServiceAttributes(shop, 'ledger', { name: 'ledger', namespaceName: 'bank' });
    ledger.calls(payment(shop), ['Refund']);
    const client = { namespace: 'bank', name: 'ledger' };
    expect(carries(Manifests.of(app), client, at('payment'), '/coffee.v1.Payment/Refund')).toEqual(ARRIVES);
  });

  test('can call us by another ServiceAccount and from another trust domain', () => {
    const { app, shop } = coffeeShop();
    const identity = { serviceAccountName: 'bookkeeper', trustDomain: 'bank.example' };
    const ledger = MeshService.fromMeshServiceAttributes(shop, 'ledger', { ...attributes, ...identity });
    ledger.calls(payment(shop), ['Refund']);
    const { rules } = Manifests.of(app).get('AuthorizationPolicy', 'payment').spec;
    expect(rules[0].from).toEqual([{ source: { principals: ['bank.example/ns/bank/sa/bookkeeper'] } }]);
  });

  test('of another trust domain does not let in its namesake of ours', () => {
    const { app, shop } = coffeeShop();
    const trustDomain = 'bank.example';
    MeshService.fromMeshServiceAttributes(shop, 'ledger', { ...attributes, trustDomain }).calls(payment(shop), [
      'Refund',
    ]);
    const client = { namespace: 'bank', name: 'ledger' };
    expect(carries(Manifests.of(app), client, at('payment'), '/coffee.v1.Payment/Refund').admitted).toBe(false);
  });

  test('cannot be called if nobody said on which port', () => {
    const { shop } = coffeeShop();
    const ledger = MeshService.fromMeshServiceAttributes(shop, 'ledger', { name: 'ledger', namespaceName: 'bank' });
    expect(refusal(() => service(shop, 'web').calls(ledger)).code).toBe('UnknownPort');
  });
});

describe('dangerouslyAllowAnyCaller', () => {
  const MARK = 'opt-out.cdk8s-grpc-mesh/dangerously-allow-any-caller';
  const open = (...doors: { operations?: string[]; port?: string; reason: string }[]) => {
    const { app, shop } = coffeeShop();
    const server = service(shop, 'status', [MeshPort.http(8080), MeshPort.tcp(9000)]);
    for (const door of doors) server.dangerouslyAllowAnyCaller(door);
    return Manifests.of(app);
  };
  const door = { operations: ['/status'], port: 'http', reason: 'a status page for everybody' };
  const stranger = { namespace: 'elsewhere', name: 'stranger' };

  test('lets every caller of the mesh in', () => {
    expect(carries(open(door), stranger, at('status', 8080), '/status', 'GET')).toMatchObject({
      admitted: true,
      connected: true,
    });
  });

  test('keeps out callers without an identity', () => {
    const call = { namespace: NS, labels: { app: 'status' }, port: 8080, path: '/status', method: 'GET' };
    expect(admits(open(door), call)).toBe(false);
  });

  test('opens the named operations only', () => {
    expect(carries(open(door), stranger, at('status', 8080), '/admin', 'GET').admitted).toBe(false);
  });

  test('opens the named port only', () => {
    expect(carries(open(door), stranger, at('status', 9000), '')).toMatchObject({ admitted: false, connected: false });
  });

  test('does not show the service to clients that declare no call', () => {
    const { app, shop } = coffeeShop();
    service(shop, 'status', [MeshPort.http(8080)]).dangerouslyAllowAnyCaller({ reason: 'x' });
    const host = 'status.coffee-shop.svc.cluster.local';
    const from = { namespace: NS, labels: { app: 'web' } };
    expect(sees(Manifests.of(app), from, { namespace: NS, host })).toBe(false);
  });

  test('leaves its reason on the two walls that it opens, and on nothing else', () => {
    const marked = open(door).all.filter(({ metadata }) => metadata.annotations?.[MARK] !== undefined);
    expect(marked.map(({ kind, metadata }) => [kind, metadata.name, metadata.annotations?.[MARK]])).toEqual([
      ['AuthorizationPolicy', 'status', 'a status page for everybody'],
      ['NetworkPolicy', 'status', 'a status page for everybody'],
    ]);
  });

  test('leaves every reason, in an order of its own', () => {
    const second = { port: 'tcp', reason: 'a metrics port' };
    const reasons = (manifests: Manifests) =>
      manifests.get('AuthorizationPolicy', 'status').metadata.annotations?.[MARK];
    expect([open(door, second), open(second, door)].map(reasons)).toEqual(
      Array(2).fill('a metrics port; a status page for everybody'),
    );
  });

  test('leaves a reason once that was given twice', () => {
    const { annotations } = open(door, door).get('AuthorizationPolicy', 'status').metadata;
    expect(annotations?.[MARK]).toBe(door.reason);
  });

  test('keeps what single callers may do', () => {
    const { app, shop } = coffeeShop();
    const server = service(shop, 'status', [MeshPort.http(8080)]);
    server.dangerouslyAllowAnyCaller({ operations: ['/status'], reason: 'x' });
    service(shop, 'web').calls(server, ['/admin']);
    const admitted = ['/status', '/admin'].map(
      (path) => carries(Manifests.of(app), at('web'), at('status', 8080), path, 'GET').admitted,
    );
    expect(admitted).toEqual([true, true]);
  });

  test.each(['', '  '])("is refused with the reason '%s'", (reason) => {
    const program: Program = (app) => {
      const shop = new ZeroTrustNamespace(app, NS);
      service(shop, 'status', [MeshPort.http(8080)]).dangerouslyAllowAnyCaller({ reason });
    };
    expect(refused(program).code).toBe('NoReason');
  });
});

describe('refusals', () => {
  const inShop =
    (use: (shop: ZeroTrustNamespace, app: App) => void): Program =>
    (app) =>
      use(new ZeroTrustNamespace(app, NS), app);
  const peer = (attributes: object) =>
    inShop((shop) => {
      const ledger = MeshService.fromMeshServiceAttributes(shop, 'peer', {
        name: 'ledger',
        namespaceName: 'bank',
        ...attributes,
      });
      ledger.calls(payment(shop), ['Charge']);
    });
  const ports = (...list: MeshPort[]) => inShop((shop) => service(shop, 'web', list));

  test.each<[string, string, Program]>([
    ['a name in capitals', 'InvalidName', inShop((shop) => service(shop, 'Web'))],
    ['a name that begins with a digit', 'InvalidName', inShop((shop) => service(shop, '2web'))],
    ['a name with a dot', 'InvalidName', inShop((shop) => service(shop, 'web.v1'))],
    ['an empty name', 'InvalidName', inShop((shop) => service(shop, ''))],
    ['a name of 64 letters', 'NameTooLong', inShop((shop) => service(shop, 'w'.repeat(64)))],
    ['two ports of one number', 'DuplicatePort', ports(MeshPort.http(8080), MeshPort.tcp(8080))],
    ['two ports of one name', 'DuplicatePort', ports(MeshPort.http(8080), MeshPort.http(8081))],
    ['a peer whose name is a wildcard', 'InvalidName', peer({ name: '*' })],
    ['a peer whose namespace is a wildcard', 'InvalidName', peer({ namespaceName: '*' })],
    ['a peer whose ServiceAccount is a wildcard', 'InvalidName', peer({ serviceAccountName: '*' })],
    ['a peer that runs as the ServiceAccount of everybody', 'NoIdentity', peer({ serviceAccountName: 'default' })],
    ['a peer called as the ServiceAccount of everybody', 'NoIdentity', peer({ name: 'default' })],
    ['a peer whose labels no pod can have', 'InvalidLabel', peer({ podLabels: { app: 'a b' } })],
    [
      'two ports of one container port, tcp beside http',
      'SharedContainerPort',
      ports(MeshPort.http(80), MeshPort.tcp(81, { containerPort: 80 })),
    ],
    ['a peer whose ServiceAccount has a slash', 'InvalidName', peer({ serviceAccountName: 'a/sa/b' })],
    ['a peer whose trust domain is a wildcard', 'InvalidTrustDomain', peer({ trustDomain: '*' })],
    ['a peer that no label tells from others', 'NoLabels', peer({ podLabels: {} })],
  ])('%s is refused as %s, and nothing is written', (_, code, program) => {
    expect(refused(program).code).toBe(code);
  });

  test.each<[string, Program]>([
    ['a name with a digit in it', inShop((shop) => service(shop, 'web2'))],
    ['a name of 63 letters', inShop((shop) => service(shop, 'w'.repeat(63)))],
    ['two ports of one protocol with names', ports(MeshPort.http(8080), MeshPort.http(8081, { name: 'admin' }))],
    ['two ports of one container port', ports(MeshPort.http(80), MeshPort.http(81, { name: 'x', containerPort: 80 }))],
    ['a peer whose namespace begins with a digit', peer({ namespaceName: '2nd-bank' })],
    ['a peer whose ServiceAccount is nearly the default one', peer({ serviceAccountName: 'default-1' })],
    ['a peer with names that are names', peer({ serviceAccountName: 'a.b', trustDomain: 'bank.example' })],
  ])('%s is accepted', (_, program) => {
    expect(Object.keys(written(program))).toEqual(['coffee-shop.k8s.yaml']);
  });

  test('a peer is named in its own refusal', () => {
    expect(refused(peer({ podLabels: {} })).message).toMatch(/^coffee-shop\/peer \(MeshService\): /);
  });

  test('one caller more than a policy holds is refused, by the name of the callee', () => {
    const error = refused(
      inShop((shop) => {
        const server = service(shop, 'status', [MeshPort.http(8080)]);
        for (let i = 0; i <= 512; i++) {
          const attributes = { name: `client-${i}`, namespaceName: 'bank' };
          MeshService.fromMeshServiceAttributes(shop, `client-${i}`, attributes).calls(server);
        }
      }),
    );
    expect([error.code, error.message]).toEqual([
      'TooManyCallers',
      expect.stringContaining('coffee-shop/status (MeshService)'),
    ]);
  });
});

test('a service of gRPC and one of HTTP may call each other', () => {
  const { app, shop } = coffeeShop();
  const frontend = service(new Construct(shop, 'edge'), 'frontend', [MeshPort.http(8080)]);
  const server = order(shop);
  frontend.calls(server, ['PlaceOrder']);
  server.calls(frontend, ['/hooks/']);
  const manifests = Manifests.of(app);
  expect([
    carries(manifests, at('frontend'), at('order'), '/coffee.v1.Order/PlaceOrder'),
    carries(manifests, at('order'), at('frontend', 8080), '/hooks/paid', 'POST'),
  ]).toEqual([ARRIVES, ARRIVES]);
});

test('a caller of RPCs and of a TCP port of one service has both', () => {
  const { app, shop } = coffeeShop();
  const server = order(shop, { ports: [MeshPort.tcp(6379)] });
  const caller = service(shop, 'frontend');
  caller.calls(server, ['PlaceOrder']);
  caller.calls(server, undefined, { port: 'tcp' });
  const asked = Asked.of(app);
  const from = 'coffee-shop/frontend';
  expect(asked.inside({ from, to: 'order:50051', path: '/coffee.v1.Order/PlaceOrder' })).toBe('allow');
  expect(asked.inside({ from, to: 'order:6379', path: undefined })).toBe('allow');
});

test('a subclass is called by its own name in messages', () => {
  class Cache extends MeshService {}
  const { shop } = coffeeShop();
  const error = refusal(() => new Cache(shop, 'Cache', { workload: Workload.image('redis:8') }));
  expect(error.message).toMatch(/^coffee-shop\/Cache \(Cache\): /);
});

test('a gRPC peer is a peer of known RPCs', () => {
  const { app, shop } = coffeeShop();
  const ledger = GrpcService.fromGrpcServiceAttributes(shop, 'ledger', {
    name: 'ledger',
    namespaceName: 'bank',
    apis: [GrpcApi.of('bank.v1.Ledger', [{ name: 'Book' }])],
    port: 443,
    containerPort: 9000,
  });
  order(shop).calls(ledger, ['Book']);
  const server = { namespace: 'bank', name: 'ledger', port: 9000 };
  expect(carries(Manifests.of(app), at('order'), server, '/bank.v1.Ledger/Book')).toEqual(ARRIVES);
});

describe('what is written where somebody else’s objects are', () => {
  const finance = (shop: ZeroTrustNamespace, id: string) =>
    MeshService.fromMeshServiceAttributes(shop, id, {
      name: id,
      namespaceName: 'finance',
      ports: [MeshPort.http(8080)],
    });

  test('a call between two peers is refused, for nothing would be written', () => {
    const { shop } = coffeeShop();
    const [ledger, audit] = [finance(shop, 'ledger'), finance(shop, 'audit')];
    expect(refusal(() => audit.calls(ledger)).code).toBe('NotOurs');
    expect(() => payment(shop).calls(ledger)).not.toThrow();
  });

  test('a peer cannot be opened from here', () => {
    const { shop } = coffeeShop();
    const open = (service: MeshService) => () => service.dangerouslyAllowAnyCaller({ reason: 'a status page' });
    expect(refusal(open(finance(shop, 'ledger'))).code).toBe('NotOurs');
    expect(open(payment(shop))).not.toThrow();
  });
});

describe('a service that is ours', () => {
  const described = (shop: ZeroTrustNamespace, id: string) =>
    MeshService.fromMeshServiceAttributes(shop, id, { name: 'payment', namespaceName: 'coffee-shop' });

  test('is not described as a peer as well, in whatever order: calls would open nothing', () => {
    const first = coffeeShop().shop;
    payment(first);
    const second = coffeeShop().shop;
    described(second, 'peer');
    expect([refusal(() => described(first, 'peer')).code, refusal(() => payment(second)).code]).toEqual([
      'PeerIsOurs',
      'PeerIsOurs',
    ]);
  });

  test('may be described as a peer twice where it is not ours', () => {
    const { shop } = coffeeShop();
    expect(() => [described(shop, 'one'), described(shop, 'two')]).not.toThrow();
  });

  test('is not called from another App, whose files do not have its rule', () => {
    const callee = payment(coffeeShop().shop);
    expect(refusal(() => order(coffeeShop().shop).calls(callee, ['Charge'])).code).toBe('AnotherApp');
  });
});

test('a port is called by the name that it was given, or by the name that it has', () => {
  const { shop } = coffeeShop();
  const ports = [MeshPort.http(8080), MeshPort.http(9090, { name: 'metrics' })];
  const web = new MeshService(shop, 'web', { workload: Workload.image('web:1'), ports });
  const client = order(shop);
  const typo = () => client.calls(web, undefined, { port: 'http-metric' });
  expect(refusal(typo).message).toContain("Did you mean 'http-metrics'?");
  client.calls(web, undefined, { port: 'metrics' });
  client.calls(web, undefined, { port: 'http-metrics' });
  expect(Manifests.of(shop.node.root as App).get('AuthorizationPolicy', 'web').spec.rules[0].to).toEqual([
    { operation: { ports: ['9090'] } },
  ]);
});
