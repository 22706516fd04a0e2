import { OPT_OUT, type OptOutName, optOutReason } from '../opt-outs';
import type { Rule } from '../rule';

export const optOut: Rule = {
  code: 'OptOut',
  severity: 'info',
  otherwise: { warning: 'it gives no reason, or does not exist' },
  summary: 'Somebody has opened a door on purpose, and says why',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: menu
  namespace: shop
  annotations: {opt-out.cdk8s-grpc-mesh/dangerously-allow-any-caller: "kiosks have no identity until 2027-03"}
spec:
  selector: {matchLabels: {app: menu}}
  rules: [{to: [{operation: {paths: [/coffee.v1.Menu/ListDrinks]}}]}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/kiosk]}}]
      to: [{operation: {paths: [/coffee.v1.Menu/ListDrinks]}}]
`,
    why: `A safe default was left by name and with a reason, which stands on the object. Other rules are silent about it
where the opt-out answers them; this one repeats the reason in every report, so that nobody forgets the door.`,
    unless: 'There is no need to: it fails no check.',
    see: ['https://istio.io/latest/docs/ops/best-practices/security/'],
  },
  *check({ cluster }) {
    const told = new Set<string>();
    for (const object of cluster.manifests) {
      for (const key of Object.keys(object.annotations)) {
        if (!key.startsWith(OPT_OUT)) continue;
        // A door that takes two objects to open, a policy of the mesh and one of the network, is one door.
        const door = `${key} ${object.namespace}/${object.construct ?? object.name} ${object.annotations[key]}`;
        if (told.has(door)) continue;
        told.add(door);
        const name = key.slice(OPT_OUT.length);
        const reason = isKnown(name) ? optOutReason(object, name) : undefined;
        yield {
          object,
          path: ['metadata', 'annotations', key],
          ...(reason === undefined
            ? {
                severity: 'warning' as const,
                message: isKnown(name)
                  ? `The opt-out '${name}' gives no reason, so it counts for nothing.`
                  : `There is no opt-out '${name}', so it counts for nothing.`,
                fix: isKnown(name) ? `${key}: "why, and until when"` : `Write one of ${Object.keys(DOORS).join(', ')}.`,
              }
            : {
                message: `${DOORS[name as OptOutName]}: ${reason}`,
                fix: 'Take the opt-out away once its reason is gone.',
              }),
        };
      }
    }
  },
};

const DOORS: Readonly<Record<OptOutName, string>> = {
  'dangerously-allow-any-caller': 'Anybody may call what this object opens',
  'dangerously-repeat-executed': 'Calls that a server may have executed are repeated',
  'dangerously-mirror-side-effects': 'Copies of calls are executed, and change things',
  'fault-injection': 'Calls fail or are late on purpose',
  'dangerously-any-audience': 'It takes tokens that were issued for other applications',
  'insecure-plaintext': 'Its calls have no TLS',
  'outside-mesh': 'Its pods have no proxy: nothing of the mesh holds for them',
  'dangerously-dry-run': 'It only says what it would refuse, and refuses nothing',
  'dangerously-allow-tls12': 'Clients from outside may use TLS 1.2',
  'dangerously-allow-any-outbound': 'Pods may reach hosts that the mesh does not know',
  'dangerously-fail-open': 'Calls pass without it when it cannot be loaded',
  'envoy-filter': 'It patches Envoy directly, which the next version of Istio may not understand',
};

function isKnown(name: string): name is OptOutName {
  return Object.hasOwn(DOORS, name);
}
