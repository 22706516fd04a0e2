import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  GrpcApi,
  GrpcMeshValidation,
  GrpcService,
  MeshAssertions,
  Streaming,
  Workload,
  ZeroTrustNamespace,
} from '../src';
import { meshMatchers } from '../src/jest-matchers';
import { packInto, ROOT } from './support/package';
import { SMALL_MESH } from './support/small-mesh';
import { TOKEN_MESH } from './support/token-mesh';

expect.extend(meshMatchers);

/** An app with one call, and a stream. */
function shop() {
  const app = new App();
  const chart = new ZeroTrustNamespace(app, 'shop');
  const service = (name: string) =>
    new GrpcService(chart, name, {
      workload: Workload.image(`ghcr.io/acme/${name}:1.0.0`),
      apis: [GrpcApi.of(`shop.v1.${name}`, [{ name: 'Do' }, { name: 'Watch', streaming: Streaming.SERVER }])],
    });
  const [order, payment] = [service('order'), service('payment')];
  order.calls(payment, ['Do']);
  return { app, chart, order, payment };
}

/** The message of a claim that is not true. */
function failure(claim: () => unknown): string {
  try {
    claim();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('assertions', () => {
  test('of what is true pass, one after the other', () => {
    const { app, chart } = shop();
    for (const mesh of [MeshAssertions.fromApp(app), MeshAssertions.fromChart(chart)]) {
      mesh
        .canCall('order', 'payment', 'Do')
        .cannotCall('order', 'payment', 'Watch')
        .cannotCall('payment', 'order')
        .cannotCall('plaintext', 'payment')
        .hasNoTimeout('payment', 'shop.v1.payment/Watch')
        .hasNoFindings()
        .matrixEquals({ 'shop/payment Do': ['shop/order'] });
    }
  });

  test('of what is not true throw, and name the objects that decide', () => {
    const mesh = MeshAssertions.fromYaml(SMALL_MESH);
    expect(failure(() => mesh.canCall('thief', 'order', 'Place'))).toMatch(
      /^expected thief to be allowed to call order Place, and it is not\n\nno: shop\/thief -> shop\/order Place\n.*\n.*\n +AuthorizationPolicy shop\/order spec\.rules {2}yaml:56\n/,
    );
    expect(failure(() => mesh.cannotCall('web', 'order', 'Place'))).toMatch(
      /^expected web not to be allowed to call order Place, and it is\n\nyes: [\s\S]*AuthorizationPolicy shop\/order spec\.rules\[0\] {2}yaml:57$/,
    );
    expect(failure(() => mesh.cannotCall('web', 'order'))).toMatch(/yes: shop\/web -> shop\/order Place/);
    expect(failure(() => mesh.canCall('web', 'order'))).toMatch(/no: shop\/web -> shop\/order Track/);
    expect(failure(() => mesh.hasNoTimeout('order', 'Place'))).toMatch(
      /^expected order Place to have no timeout, and it has one\n\n[\s\S]*VirtualService shop\/order spec\.http\[0\][\s\S]* timeout +3s\n/,
    );
    expect(failure(() => mesh.matrixEquals({ 'shop/order Place': ['shop/thief'] }))).toMatch(
      /^expected another access matrix\n\n\+ may call, and was not expected to\n- was expected to call, and may not\n\n\+ shop\/web -> shop\/order Place\n- shop\/thief -> shop\/order Place\n\+ https:\/\/api\.example\.com -> shop\/order Track\n/,
    );
    const wrong = MeshAssertions.fromYaml(
      SMALL_MESH.replace('[cluster.local/ns/shop', '[spiffe://cluster.local/ns/shop'),
    );
    expect(failure(() => wrong.hasNoFindings())).toMatch(
      /^expected no findings, and there is 1 finding\n\nyaml:57 {2}error {2}SpiffePrincipal /,
    );
  });

  test('of what manifests leave open throw either way', () => {
    const text = SMALL_MESH.slice(SMALL_MESH.indexOf('---'));
    const mesh = MeshAssertions.fromYaml(text);
    expect(failure(() => mesh.canCall('web', 'order', 'Place'))).toMatch(
      /\n\nunknown: .*\n[\s\S]*missing {2}.*namespace shop/,
    );
    expect(failure(() => mesh.cannotCall('web', 'order', 'Place'))).toMatch(/\n\nunknown: /);
    MeshAssertions.fromYaml(text, { injected: ['shop'] }).canCall('web', 'order', 'Place');
  });

  test('of a timeout do not speak of who has no proxy: no route applies to its calls', () => {
    const bare = SMALL_MESH.replace(
      'metadata: { labels: { app: thief } }',
      'metadata: { labels: { app: thief, sidecar.istio.io/inject: "false" } }',
    );
    const found = failure(() => MeshAssertions.fromYaml(bare).hasNoTimeout('order', 'Place'));
    expect(found).toContain('shop/web -> shop/order Place\n');
    expect(found).not.toMatch(/plaintext|thief/);
  });

  test('of a timeout need no more than the routes, where nobody knows who has a proxy', () => {
    const mesh = MeshAssertions.fromYaml(SMALL_MESH.slice(SMALL_MESH.indexOf('---')));
    mesh.hasNoTimeout('order', 'shop.v1.Order/Watch');
    expect(failure(() => mesh.hasNoTimeout('order', 'Place'))).toMatch(
      /shop\/web -> shop\/order Place\n {2}unknown\n[\s\S]* timeout +3s\n[\s\S]* missing +the labels of namespace shop/,
    );
  });

  test.each(['', '---\n', 'hello', 'a: 1'])('of %j throw: of nothing everything would be true', (text) => {
    const message = 'MeshAssertions: no object of Kubernetes is in this text, so nothing is true of it';
    expect(() => MeshAssertions.fromYaml(text)).toThrow(message);
    expect(() => expect(text).toHaveNoMeshFindings()).toThrow(message);
    expect(() => expect(text).not.toHaveNoMeshFindings()).toThrow(message);
  });

  test('of an app and a chart with nothing in them throw', () => {
    expect(() => MeshAssertions.fromApp(new App())).toThrow('no object of Kubernetes is in this app');
    expect(() => MeshAssertions.fromChart(new Chart(new App(), 'shop'))).toThrow('is in this chart');
  });

  test('of something else throw, and say of what they can be', () => {
    const message = 'give an App, a Chart or YAML text';
    const { app, chart } = shop();
    expect(() => MeshAssertions.fromApp(chart as unknown as App)).toThrow(message);
    expect(() => MeshAssertions.fromChart(app as unknown as Chart)).toThrow(message);
    expect(() => MeshAssertions.fromYaml(app as unknown as string)).toThrow(message);
    for (const other of [undefined, null, 7, {}, []]) {
      expect(() => expect(other).toHaveNoMeshFindings()).toThrow('give an App, a Chart, YAML text or MeshAssertions');
    }
  });

  test('with a name that nothing has throw either way', () => {
    const mesh = MeshAssertions.fromYaml(SMALL_MESH);
    for (const claim of [() => mesh.canCall('webb', 'order'), () => mesh.cannotCall('webb', 'order')]) {
      expect(failure(claim)).toMatch(/no workload 'webb' .* Did you mean 'web'\?/);
    }
  });

  test('of manifests that cannot be read throw, since a wall may stand in them', () => {
    const mesh = MeshAssertions.fromYaml(`${SMALL_MESH}---\nkind: [`);
    expect(failure(() => mesh.cannotCall('thief', 'order'))).toMatch(/^yaml:11\d: .* \[NotYaml\]$/);
    expect(failure(() => mesh.hasNoFindings())).toMatch(/ NotYaml /);
  });

  test('know what other files say, and another trust domain', () => {
    const folder = mkdtempSync(join(tmpdir(), 'other-'));
    try {
      const [namespace, ...rest] = SMALL_MESH.split('---\n');
      writeFileSync(join(folder, 'platform.yaml'), namespace);
      MeshAssertions.fromYaml(rest.join('---\n'), { otherFiles: [join(folder, 'platform.yaml')] }).canCall(
        'web',
        'order',
        'Place',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
    const acme = SMALL_MESH.replace('cluster.local/ns/shop/sa/web', 'acme.example/ns/shop/sa/web');
    MeshAssertions.fromYaml(acme).cannotCall('web', 'order', 'Place');
    MeshAssertions.fromYaml(acme, { trustDomain: 'acme.example' }).canCall('web', 'order', 'Place');
  });

  test('know what a call carries, if they are told', () => {
    const me = { iss: 'https://issuer.example', sub: 'me' };
    const mesh = MeshAssertions.fromYaml(TOKEN_MESH)
      .canCall('web', 'order', 'Refund', { claims: { ...me, groups: ['dev', 'admin'] } })
      .cannotCall('web', 'order', 'Refund', { claims: { ...me, groups: ['dev'] } })
      .cannotCall('web', 'order', 'Refund', { withoutToken: true })
      .canCall('web', 'order', 'Quote', { headers: { 'X-Canary': 'always' } })
      .cannotCall('web', 'order', 'Quote', { headers: { 'x-canary': 'never' } })
      .cannotCall('web', 'order', 'Quote', { headers: {} });
    for (const claim of [() => mesh.canCall('web', 'order', 'Quote'), () => mesh.cannotCall('web', 'order', 'Quote')]) {
      expect(failure(claim)).toContain("missing  the header 'x-canary'");
    }
    for (const claim of [
      () => mesh.canCall('web', 'order', 'Refund'),
      () => mesh.cannotCall('web', 'order', 'Refund'),
    ]) {
      expect(failure(claim)).toContain('missing  the claims of the token that the caller shows');
    }
  });

  test.each([
    [{ claims: {}, withoutToken: true }, 'a call without a token has no claims'],
    [{ claims: 'iss=me' as unknown as Record<string, unknown> }, 'claims are no object'],
    [{ headers: { a: 1 } as unknown as Record<string, string> }, "the value of header 'a' is no string"],
  ])('of a call that carries %j throw either way', (options, message) => {
    const mesh = MeshAssertions.fromYaml(TOKEN_MESH);
    expect(() => mesh.canCall('web', 'order', 'Place', options)).toThrow(message);
    expect(() => mesh.cannotCall('web', 'order', 'Place', options)).toThrow(message);
    expect(() => expect(TOKEN_MESH).not.toAllowCall('web', 'order', 'Place', options)).toThrow(message);
  });

  test('see the app as it is when they are made, patches included', () => {
    const { app, payment } = shop();
    const policy = ApiObject.of(payment.node.findChild('AuthorizationPolicy'));
    policy.addJsonPatch(JsonPatch.replace('/spec/rules', [{}]));
    MeshAssertions.fromApp(app).canCall('order', 'payment', 'Watch');
  });
});

describe('matchers of jest', () => {
  test('say what assertions say', () => {
    const { app, chart } = shop();
    expect(app).toAllowCall('order', 'payment', 'Do');
    expect(chart).not.toAllowCall('order', 'payment', 'Watch');
    expect(app).toHaveNoMeshFindings();
    expect(app).toHaveNoTimeout('payment', 'shop.v1.payment/Watch');
    expect(SMALL_MESH).toHaveAccessMatrix({
      'shop/order Place': ['shop/web'],
      'shop/order Track': ['https://api.example.com'],
    });
    expect(MeshAssertions.fromYaml(SMALL_MESH)).not.toAllowCall('thief', 'order');
  });

  test('know what a call carries', () => {
    const claims = { iss: 'https://issuer.example', sub: 'me', groups: ['admin'] };
    expect(TOKEN_MESH).toAllowCall('web', 'order', 'Refund', { claims });
    expect(TOKEN_MESH).not.toAllowCall('web', 'order', 'Refund', { withoutToken: true });
  });

  test('fail with the objects that decide, with and without not', () => {
    expect(failure(() => expect(SMALL_MESH).toAllowCall('thief', 'order', 'Place'))).toContain(
      'AuthorizationPolicy shop/order',
    );
    expect(failure(() => expect(SMALL_MESH).not.toAllowCall('web', 'order', 'Place'))).toContain(
      'AuthorizationPolicy shop/order',
    );
    expect(failure(() => expect(SMALL_MESH).toHaveNoTimeout('order', 'Place'))).toContain('timeout    3s');
    expect(failure(() => expect(SMALL_MESH).toHaveAccessMatrix({}))).toContain('+ shop/web -> shop/order Place');
  });

  test('fail either way where manifests leave it open, and where a name is wrong', () => {
    const open = SMALL_MESH.slice(SMALL_MESH.indexOf('---'));
    for (const [text, caller] of [
      [open, 'web'],
      [SMALL_MESH, 'webb'],
    ]) {
      expect(failure(() => expect(text).toAllowCall(caller, 'order', 'Place'))).not.toBe('');
      expect(failure(() => expect(text).not.toAllowCall(caller, 'order', 'Place'))).not.toBe('');
    }
    expect(failure(() => expect(SMALL_MESH).not.toHaveNoTimeout('oder', 'Place'))).toContain("Did you mean 'order'?");
  });
});

describe('a validation refuses', () => {
  const validation = (properties: object) => () => new GrpcMeshValidation(properties);

  test('a word that is no severity', () => {
    expect(validation({ failOn: 'never' })).toThrow("failOn is 'never'");
  });

  test('a property that it does not have', () => {
    expect(validation({ failon: 'error' })).toThrow(
      "GrpcMeshValidation: there is no property 'failon'. Did you mean 'failOn'? There are failOn, otherFiles, ",
    );
  });

  test('a property of another type', () => {
    expect(validation({ otherFiles: 'platform.yaml' })).toThrow('otherFiles must be a list of strings');
    expect(validation({ injected: [1] })).toThrow('injected must be a list of strings');
    expect(validation({ trustDomain: true })).toThrow('trustDomain must be a string');
    expect(validation({ injected: ['*'], trustDomain: 'acme.example', otherFiles: undefined })).not.toThrow();
  });
});

test('another file that is not there is named, with the folder where it was looked for', () => {
  for (const name of ['no/platform.yaml', 'src']) {
    expect(() => MeshAssertions.fromYaml(SMALL_MESH, { otherFiles: [name] })).toThrow(
      `otherFiles: there is no file ${name}. Paths are relative to the folder in which this runs`,
    );
  }
});

describe('cdk8s synth in the project of a user', () => {
  let user: string;
  beforeAll(async () => {
    user = mkdtempSync(join(tmpdir(), 'cdk8s-grpc-mesh-'));
    await packInto(user);
    for (const peer of ['cdk8s', 'cdk8s-plus-28', 'constructs']) {
      cpSync(join(ROOT, 'node_modules', peer), join(user, 'node_modules', peer), { recursive: true });
    }
    // What cdk8s-cli and tsx need is found where they are.
    for (const tool of ['cdk8s-cli', 'tsx']) {
      symlinkSync(join(ROOT, 'node_modules', tool), join(user, 'node_modules', tool), 'dir');
    }
  }, 300_000);
  afterAll(() => rmSync(user, { recursive: true, force: true }));

  const synth = (patch: string, properties = '{}') => {
    writeFileSync(
      join(user, 'cdk8s.yaml'),
      `language: typescript
app: node main.js
validations:
  - package: ./node_modules/cdk8s-grpc-mesh
    version: 0.0.0
    class: GrpcMeshValidation
    properties: ${properties}
`,
    );
    writeFileSync(
      join(user, 'main.js'),
      `const { ApiObject, App, JsonPatch } = require('cdk8s');
const { GrpcApi, GrpcService, Workload, ZeroTrustNamespace } = require('cdk8s-grpc-mesh');
const app = new App();
const shop = new ZeroTrustNamespace(app, 'shop');
const service = (name) => new GrpcService(shop, name, {
  workload: Workload.image('ghcr.io/acme/' + name + ':1.0.0'),
  apis: [GrpcApi.of('shop.v1.Api', [{ name: 'Do' }])],
});
const [order, payment] = [service('order'), service('payment')];
order.calls(payment, ['Do']);
const policy = ApiObject.of(payment.node.findChild('AuthorizationPolicy'));
${patch}
app.synth();
`,
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/cdk8s-cli/bin/cdk8s'), 'synth'],
      { cwd: user, encoding: 'utf8', env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' } },
    );
    return { status, output: stdout + stderr };
  };

  const BREAK =
    "policy.addJsonPatch(JsonPatch.replace('/spec/rules/0/from/0/source/principals/0', 'spiffe://x/ns/a/sa/b'));";

  test('passes where nothing is wrong, and writes the manifests', () => {
    const { status, output } = synth('');
    expect(output).toContain('success');
    expect(status).toBe(0);
    expect(readFileSync(join(user, 'dist/shop.k8s.yaml'), 'utf8')).toContain('/shop.v1.Api/Do');
  }, 60_000);

  test('fails where something is, and says what, where and how to mend it', () => {
    const { status, output } = synth(BREAK);
    expect(status).toBe(2);
    for (const words of [
      'SpiffePrincipal',
      'Resource Name: security.istio.io/AuthorizationPolicy shop/payment\n',
      '> spec.rules[0].from[0].source.principals[0] (line ',
      ', made by shop/payment)',
      'How to fix',
    ]) {
      expect(output).toContain(words);
    }
  }, 60_000);

  test.each(['01-hello-grpc', '02-coffee-shop'])(
    'passes for the example %s',
    (name) => {
      const { status, stdout } = spawnSync(
        process.execPath,
        [join(ROOT, 'node_modules/cdk8s-cli/bin/cdk8s'), 'synth', '--output', join(user, name)],
        { cwd: join(ROOT, 'examples', name), encoding: 'utf8', env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' } },
      );
      expect(stdout).toContain('Validation Report');
      expect(status).toBe(0);
    },
    60_000,
  );

  test('is told by its properties how strict to be', () => {
    expect(synth('', '{ failOn: never }').status).not.toBe(0);
    expect(synth('', '{ failOn: error, otherFiles: [no.yaml] }').output).toContain(
      'otherFiles: there is no file no.yaml. Paths are relative to the folder in which this runs',
    );
  }, 60_000);
});
