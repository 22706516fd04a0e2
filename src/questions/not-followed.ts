import type { Inquiry } from './inquiry';

/** Objects of the Gateway API: what they decide is unknown, and this says once which they are. */
export function notFollowed({ cluster, simulation }: Inquiry): string[] {
  const { objects } = simulation.routes.gatewayApi;
  const names = objects.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
  const counts = [...cluster.unreadKinds]
    .filter(([kind]) => isOfGatewayApi(kind))
    .map(([kind, count]) => `${count} ${kind.slice(GROUP.length)}`);
  const told = [...names.slice(0, FEW), ...(names.length > FEW ? [`${names.length - FEW} more`] : []), ...counts];
  return told.length > 0
    ? [`note: the Gateway API is not followed, what these decide is unknown: ${told.join(', ')}`]
    : [];
}

/** Whether it is a kind of which nobody can say that no answer depends on it. */
export function isOfGatewayApi(kind: string): boolean {
  return kind.startsWith(GROUP) && !/\/(?:GatewayClass|ReferenceGrant)$/.test(kind);
}

const GROUP = 'gateway.networking.k8s.io/';
const FEW = 5;
