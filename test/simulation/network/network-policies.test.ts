import type { ClusterOptions } from '../../../src/manifests/cluster';
import { NetworkPolicies, type NetworkPort } from '../../../src/simulation/network/network-policies';
import { clusterOf, workloadAt } from '../../support/cluster-of';

function pod(namespace: string, app: string, { spec = '', annotations = '{}' } = {}): string {
  return `
---
apiVersion: v1
kind: Pod
metadata: {name: ${app}, namespace: ${namespace}, labels: {app: ${app}, tier: backend}, annotations: ${annotations}}
spec: {containers: [{name: app, image: app, ports: [{name: grpc, containerPort: 50051}]}]${spec}}
`;
}

const PODS = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: coffee}}
---
apiVersion: v1
kind: Namespace
metadata: {name: bar, labels: {team: tea}}
---
apiVersion: v1
kind: Namespace
metadata: {name: ambient, labels: {istio.io/dataplane-mode: ambient}}
${pod('shop', 'order')}
${pod('shop', 'payment')}
${pod('shop', 'node', { spec: ', hostNetwork: true' })}
${pod('bar', 'order')}
${pod('elsewhere', 'order')}
${pod('ambient', 'order')}
${pod('ambient', 'payment')}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: machine, namespace: shop}
spec: {address: 192.0.2.1, labels: {app: order}}
`;

function policy(spec: string, { name = 'policy', namespace = 'shop' } = {}): string {
  return `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
`;
}

interface Case extends ClusterOptions {
  readonly from?: string;
  readonly to?: string;
  readonly port?: NetworkPort;
  readonly malformed?: boolean;
}

const GRPC: NetworkPort = { number: 50051, protocol: 'TCP' };

/** By default from shop/order to shop/payment. */
function decide(yaml: string, { from = 'shop/order', to = 'shop/payment', port = GRPC, ...options }: Case = {}) {
  const cluster = clusterOf(PODS + yaml, options);
  const caller = from === 'unknown' ? from : workloadAt(cluster, from);
  return NetworkPolicies.of(cluster).decide(caller, workloadAt(cluster, to), port);
}

const PAYMENT = 'podSelector: {matchLabels: {app: payment}}';
const ORDER = 'podSelector: {matchLabels: {app: order}}';

describe('what comes in', () => {
  test.each<[string, string, string]>([
    ['passes without policies', '', 'allow'],
    ['passes where a policy selects other pods', policy(`{${ORDER}, ingress: []}`), 'allow'],
    ['passes where a policy is in another namespace', policy('{podSelector: {}}', { namespace: 'bar' }), 'allow'],
    ['does not pass an empty policy', policy('{podSelector: {}}'), 'deny'],
    ['does not pass a list without rules', policy(`{${PAYMENT}, ingress: []}`), 'deny'],
    ['passes a rule that is empty', policy(`{${PAYMENT}, ingress: [{}]}`), 'allow'],
    ['passes a rule with an empty list of peers', policy(`{${PAYMENT}, ingress: [{from: [], ports: []}]}`), 'allow'],
    ['passes what is of the type that a policy leaves alone', policy(`{${PAYMENT}, policyTypes: [Egress]}`), 'allow'],
    ['does not pass a policy that limits both', policy(`{${PAYMENT}, policyTypes: [Ingress, Egress]}`), 'deny'],
    ['does not pass a policy with rules for egress alone', policy(`{${PAYMENT}, egress: [{}]}`), 'deny'],
    ['passes for selected pods', policy(`{${PAYMENT}, ingress: [{from: [{${ORDER}}]}]}`), 'allow'],
    ['does not pass for others', policy(`{${PAYMENT}, ingress: [{from: [{${PAYMENT}}]}]}`), 'deny'],
    ['passes for one of two peers', policy(`{${PAYMENT}, ingress: [{from: [{${PAYMENT}}, {${ORDER}}]}]}`), 'allow'],
    [
      'passes by the second rule',
      policy(`{${PAYMENT}, ingress: [{from: [{${PAYMENT}}]}, {from: [{${ORDER}}]}]}`),
      'allow',
    ],
    [
      'passes by the second policy',
      policy('{podSelector: {}}', { name: 'none' }) + policy(`{${PAYMENT}, ingress: [{from: [{${ORDER}}]}]}`),
      'allow',
    ],
    ['passes by number', policy(`{${PAYMENT}, ingress: [{ports: [{port: 50051}]}]}`), 'allow'],
    ['passes by name', policy(`{${PAYMENT}, ingress: [{ports: [{port: grpc}]}]}`), 'allow'],
    ['does not pass by another number', policy(`{${PAYMENT}, ingress: [{ports: [{port: 80}]}]}`), 'deny'],
    [
      'needs both a peer and a port',
      policy(`{${PAYMENT}, ingress: [{from: [{${ORDER}}], ports: [{port: 80}]}]}`),
      'deny',
    ],
    [
      'does not take the peer of one rule and the port of another',
      policy(
        `{${PAYMENT}, ingress: [{from: [{${ORDER}}], ports: [{port: 80}]}, {from: [{${PAYMENT}}], ports: [{port: 50051}]}]}`,
      ),
      'deny',
    ],
    [
      'is limited by expressions',
      policy('{podSelector: {matchExpressions: [{key: app, operator: In, values: [payment]}]}}'),
      'deny',
    ],
    [
      'is not limited by expressions that select others',
      policy(
        '{podSelector: {matchLabels: {tier: backend}, matchExpressions: [{key: app, operator: NotIn, values: [payment]}]}}',
      ),
      'allow',
    ],
    [
      'passes by expressions',
      policy(`{${PAYMENT}, ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: Exists}]}}]}]}`),
      'allow',
    ],
  ])('%s', (_, yaml, outcome) => {
    expect(decide(yaml).outcome).toBe(outcome);
  });
});

describe('what comes from another namespace', () => {
  const rule = (peers: string) => policy(`{${PAYMENT}, ingress: [{from: ${peers}}]}`);

  test.each<[string, string, string]>([
    ['is not of pods alone', rule(`[{${ORDER}}]`), 'deny'],
    ['is of any namespace', rule('[{namespaceSelector: {}}]'), 'allow'],
    ['is of a namespace by label', rule('[{namespaceSelector: {matchLabels: {team: tea}}}]'), 'allow'],
    ['is not of a namespace with another label', rule('[{namespaceSelector: {matchLabels: {team: coffee}}}]'), 'deny'],
    [
      'is of a namespace by name',
      rule('[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: bar}}}]'),
      'allow',
    ],
    ['is of pods in such namespaces', rule(`[{namespaceSelector: {matchLabels: {team: tea}}, ${ORDER}}]`), 'allow'],
    [
      'is not of other pods in such namespaces',
      rule(`[{namespaceSelector: {matchLabels: {team: tea}}, ${PAYMENT}}]`),
      'deny',
    ],
    [
      'is of such namespaces or of pods of its own, where these are two entries',
      rule(`[{namespaceSelector: {matchLabels: {team: tea}}}, {${PAYMENT}}]`),
      'allow',
    ],
  ])('%s', (_, yaml, outcome) => {
    expect(decide(yaml, { from: 'bar/order' }).outcome).toBe(outcome);
  });
});

describe('what goes out', () => {
  const DENY = policy(`{${ORDER}, policyTypes: [Egress]}`);

  test.each<[string, string, string]>([
    ['does not pass an empty policy for egress', DENY, 'deny'],
    ['passes an empty policy that does not say egress', policy(`{${ORDER}}`), 'allow'],
    ['passes an empty list that does not say egress', policy(`{${ORDER}, egress: []}`), 'allow'],
    ['passes for selected pods', policy(`{${ORDER}, egress: [{to: [{${PAYMENT}}]}]}`), 'allow'],
    [
      'does not pass for others, though it does not say egress',
      policy(`{${ORDER}, egress: [{to: [{${ORDER}}]}]}`),
      'deny',
    ],
    [
      'passes by the name of a port of the pods that are called',
      policy(`{${ORDER}, egress: [{ports: [{port: grpc}]}]}`),
      'allow',
    ],
    ['does not pass by the name of another', policy(`{${ORDER}, egress: [{ports: [{port: http}]}]}`), 'deny'],
    [
      'passes only if what comes in passes too',
      policy(`{${PAYMENT}}`) + policy(`{${ORDER}, egress: [{}]}`, { name: 'out' }),
      'deny',
    ],
    ['is not what comes in', policy(`{${PAYMENT}, policyTypes: [Egress]}`), 'allow'],
  ])('%s', (_, yaml, outcome) => {
    expect(decide(yaml).outcome).toBe(outcome);
  });

  test('is limited where the caller is', () => {
    expect(decide(DENY, { from: 'bar/order' }).outcome).toBe('allow');
    expect(decide(DENY, { from: 'shop/order', to: 'bar/order' }).outcome).toBe('deny');
  });
});

describe('addresses', () => {
  const block = (text: string) => policy(`{${PAYMENT}, ingress: [{from: [{ipBlock: ${text}}]}]}`);

  test.each(['{cidr: 0.0.0.0/0}', "{cidr: '::/0'}", '{cidr: 0.0.0.0/0, except: []}'])(
    'that are all are those of pods: %s',
    (text) => {
      expect(decide(block(text)).outcome).toBe('allow');
      expect(decide(block(text), { from: 'unknown' }).outcome).toBe('allow');
    },
  );

  test.each(['{cidr: 10.0.0.0/8}', '{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}'])(
    'that are some may be those of pods: %s',
    (text) => {
      expect(decide(block(text))).toMatchObject({ outcome: 'unknown', missing: ['the addresses of shop/order'] });
    },
  );

  test('do not matter for a port that no rule names', () => {
    const yaml = policy(`{${PAYMENT}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 80}]}]}`);
    expect(decide(yaml).outcome).toBe('deny');
  });

  test('do not matter where another rule lets pass', () => {
    const yaml = policy(`{${PAYMENT}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}, {from: [{${ORDER}}]}]}`);
    expect(decide(yaml).outcome).toBe('allow');
  });
});

describe('a namespace whose object is not there', () => {
  const from = 'elsewhere/order';
  const rule = (selector: string) => policy(`{${PAYMENT}, ingress: [{from: [{namespaceSelector: ${selector}}]}]}`);

  test.each<[string, string, string]>([
    ['has its name', '{matchLabels: {kubernetes.io/metadata.name: elsewhere}}', 'allow'],
    ['has no other name', '{matchLabels: {kubernetes.io/metadata.name: bar}}', 'deny'],
    ['has no other name, whatever its labels', '{matchLabels: {team: tea, kubernetes.io/metadata.name: bar}}', 'deny'],
    [
      'is in a list of names',
      '{matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [elsewhere]}]}',
      'allow',
    ],
    ['is one of all', '{}', 'allow'],
    ['may have a label', '{matchLabels: {team: tea}}', 'unknown'],
    ['may lack a label', '{matchExpressions: [{key: team, operator: DoesNotExist}]}', 'unknown'],
    [
      'may have a label beside its name',
      '{matchLabels: {team: tea, kubernetes.io/metadata.name: elsewhere}}',
      'unknown',
    ],
  ])('%s', (_, selector, outcome) => {
    expect(decide(rule(selector), { from })).toMatchObject({
      outcome,
      missing: outcome === 'unknown' ? ['the labels of namespace elsewhere'] : [],
    });
  });
});

describe('a client that is not among the manifests', () => {
  const from = 'unknown';

  test.each<[string, string, string]>([
    ['passes without policies', '', 'allow'],
    ['passes where all do', policy(`{${PAYMENT}, ingress: [{}]}`), 'allow'],
    ['does not pass where nobody does', policy(`{${PAYMENT}}`), 'deny'],
    ['does not pass to a port that no rule names', policy(`{${PAYMENT}, ingress: [{ports: [{port: 80}]}]}`), 'deny'],
    ['may pass where some do', policy(`{${PAYMENT}, ingress: [{from: [{${ORDER}}]}]}`), 'unknown'],
  ])('%s', (_, yaml, outcome) => {
    expect(decide(yaml, { from }).outcome).toBe(outcome);
  });
});

describe('pods on the host network', () => {
  const DENY = policy(`{podSelector: {}}`);

  test('are not certainly limited', () => {
    expect(decide(DENY, { to: 'shop/node' })).toMatchObject({
      outcome: 'unknown',
      missing: ['what the network plugin makes of shop/node, which is on the host network'],
    });
  });

  test('are not certainly refused, for a pod is always open to its own node', () => {
    expect(decide(DENY, { from: 'shop/node' }).outcome).toBe('unknown');
  });

  test('pass where all do', () => {
    expect(decide(policy(`{${PAYMENT}, ingress: [{}]}`), { from: 'shop/node' }).outcome).toBe('allow');
  });
});

describe('a machine outside of the cluster', () => {
  const machine = 'shop/machine';

  test('is no pod that a policy selects', () => {
    expect(decide(policy('{podSelector: {}}'), { to: machine }).outcome).toBe('allow');
  });

  test('is no pod that a rule selects', () => {
    expect(decide(policy(`{${PAYMENT}, ingress: [{from: [{${ORDER}}]}]}`), { from: machine }).outcome).toBe('deny');
  });

  test('may be an address', () => {
    const yaml = policy(`{${PAYMENT}, ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}`);
    expect(decide(yaml, { from: machine }).outcome).toBe('unknown');
  });
});

describe('pods in ambient mode', () => {
  const ambient = { from: 'ambient/order', to: 'ambient/payment' };
  const port = (number: number) =>
    policy(`{${PAYMENT}, ingress: [{ports: [{port: ${number}}]}]}`, { namespace: 'ambient' });

  test('reach each other through port 15008', () => {
    expect(decide(port(15008), ambient).outcome).toBe('allow');
    expect(decide(port(50051), ambient).outcome).toBe('deny');
  });

  test('are reached by others through their own port', () => {
    expect(decide(port(50051), { ...ambient, from: 'shop/order' }).outcome).toBe('allow');
    expect(decide(port(15008), { ...ambient, from: 'shop/order' }).outcome).toBe('deny');
  });

  test('may be reached by sidecars either way', () => {
    const meshed = pod('shop', 'meshed').replace('tier: backend', "sidecar.istio.io/inject: 'true'");
    const from = 'shop/meshed';
    expect(decide(port(15008) + meshed, { ...ambient, from })).toMatchObject({
      outcome: 'unknown',
      missing: ['whether the proxy of shop/meshed speaks HBONE'],
    });
    expect(decide(meshed, { ...ambient, from }).outcome).toBe('allow');
  });
});

describe('policies of other kinds', () => {
  const cilium = (selector: string, rules = 'ingress: [{}]', namespace = 'shop') => `
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cilium, namespace: ${namespace}}
spec: {endpointSelector: ${selector}, ${rules}}
`;

  test.each<[string, string, string]>([
    ['of Cilium leave it unknown', cilium('{matchLabels: {app: payment}}'), 'unknown'],
    ['of Cilium leave it unknown by the source of a label', cilium("{matchLabels: {'k8s:app': payment}}"), 'unknown'],
    [
      'of Cilium leave it unknown by labels of its own',
      cilium("{matchLabels: {'k8s:io.cilium.k8s.policy.serviceaccount': default}}"),
      'unknown',
    ],
    ['of Cilium for other pods do not matter', cilium('{matchLabels: {app: x}}'), 'allow'],
    [
      'of Cilium for the other direction do not matter',
      cilium('{matchLabels: {app: payment}}', 'egress: [{}]'),
      'allow',
    ],
    ['of Cilium in another namespace do not matter', cilium('{}', undefined, 'bar'), 'allow'],
    [
      'of Cilium for the whole cluster leave it unknown',
      cilium('{}').replace('CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy').replace(', namespace: shop', ''),
      'unknown',
    ],
    [
      'that overrule all others leave it unknown',
      `
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: admin}
spec: {priority: 1, subject: {namespaces: {}}}
`,
      'unknown',
    ],
  ])('%s', (_, yaml, outcome) => {
    expect(decide(yaml).outcome).toBe(outcome);
  });
});

describe('a malformed policy', () => {
  const broken = policy('{podSelector: 1}', { name: 'broken' });
  const malformed = true;

  test('could limit what no other limits', () => {
    expect(decide(broken, { malformed })).toMatchObject({
      outcome: 'unknown',
      missing: ['what the malformed NetworkPolicy shop/broken is meant to say'],
    });
  });

  test.each([
    ['apiVersion', 'networking.k8s.io', 'networking.k8s.oi'],
    ['kind', 'NetworkPolicy', 'NetworkPolcy'],
  ])('may be one only for its %s', (_, word, misspelt) => {
    const meant = policy(`{${PAYMENT}}`);
    expect(decide(meant).outcome).toBe('deny');
    expect(decide(meant.replace(word, misspelt), { malformed }).outcome).toBe('unknown');
  });

  test('could let pass what no other does', () => {
    expect(decide(broken + policy(`{${PAYMENT}}`), { malformed }).outcome).toBe('unknown');
  });

  test('cannot take back what another lets pass', () => {
    const both = policy(`{podSelector: {}, ingress: [{}], egress: [{}]}`);
    expect(decide(broken + both, { malformed }).outcome).toBe('allow');
  });

  test('does not matter in another namespace', () => {
    expect(decide(broken, { from: 'bar/order', to: 'bar/order', malformed }).outcome).toBe('allow');
  });
});

describe('what is said of it', () => {
  test('names the rule that lets pass', () => {
    const { reasons } = decide(policy(`{${PAYMENT}, ingress: [{ports: [{port: 80}]}, {from: [{${ORDER}}]}]}`));
    expect(reasons).toMatchObject([
      { text: 'no NetworkPolicy limits the egress of shop/order' },
      { text: 'NetworkPolicy shop/policy lets the ingress of shop/payment pass', path: ['spec', 'ingress', 1] },
    ]);
  });

  test('names the policies that limit, and what the nearest rules lack', () => {
    const yaml = policy(
      `{${PAYMENT}, ingress: [{from: [{${PAYMENT}}], ports: [{port: 80}, {port: 1, endPort: 9, protocol: UDP}]}, {from: [{${PAYMENT}}, {namespaceSelector: {matchLabels: {team: tea}}}]}]}`,
    );
    const { reasons, nearMisses } = decide(yaml);
    expect(reasons).toMatchObject([
      {
        layer: 'network-policy',
        text: 'NetworkPolicy shop/policy limits the ingress of shop/payment, and no rule lets TCP 50051 pass',
        object: { name: 'policy' },
      },
    ]);
    expect(nearMisses()).toMatchObject([
      {
        path: ['spec', 'ingress', 1],
        lacks: [
          'the caller is shop/order, not one of pods with app=payment in namespace shop or all pods in namespaces with team=tea',
        ],
      },
      {
        path: ['spec', 'ingress', 0],
        lacks: [
          'the caller is shop/order, not one of pods with app=payment in namespace shop',
          'the port is TCP 50051, not TCP 80 or UDP 1-9',
        ],
      },
    ]);
  });
});
