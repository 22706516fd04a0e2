import type { IConstruct } from 'constructs';
import { MeshError } from '../errors';
import { reserve } from './claims';

/** What a service has for itself. */
export interface OwnPods {
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly serviceAccount: string;
}

const SELECTORS = Symbol.for('cdk8s-grpc-mesh.selectors');

interface Selector {
  readonly labels: Record<string, string>;
  readonly by: string;
}

interface WithSelectors {
  [SELECTORS]?: Map<string, Selector[]>;
}

/** Refuses pods or an identity that another service or gateway of the app has already. */
export function ownPods(service: IConstruct, { namespace, labels, serviceAccount }: OwnPods, where: string): void {
  const podsOf = overlapping(service, namespace, labels, where);
  if (podsOf !== undefined) throw sharedPods(podsOf, where);
  const identityOf = reserve(service, `identity ${namespace}/${serviceAccount}`, where);
  if (identityOf !== undefined) throw sharedIdentity(serviceAccount, identityOf, where);
}

// Found by the labels they have in common, so that a service is compared with few others.
function overlapping(construct: IConstruct, namespace: string, labels: Record<string, string>, by: string) {
  const app = construct.node.root as WithSelectors;
  app[SELECTORS] ??= new Map();
  const known = app[SELECTORS];
  const shelves = Object.entries(labels).map(([key, value]) => {
    const name = `${namespace} ${key}=${value}`;
    const shelf = known.get(name) ?? [];
    known.set(name, shelf);
    return shelf;
  });
  const first = shelves.flat().find((other) => within(labels, other.labels) || within(other.labels, labels));
  for (const shelf of shelves) shelf.push({ labels, by });
  return first?.by;
}

function within(some: Record<string, string>, all: Record<string, string>): boolean {
  return Object.entries(some).every(([key, value]) => all[key] === value);
}

function sharedPods(first: string, where: string): MeshError {
  return new MeshError({
    code: 'SharedPods',
    where,
    what: `it selects pods that ${first} selects as well.`,
    why: 'A pod would admit the callers of both, and of two Sidecars for it Istio takes one: the calls of the other fail.',
    fix: 'give one service all the APIs and ports: apis: [a, b], ports: [MeshPort.http(8080)]\nor each of the two labels that the other has not',
  });
}

function sharedIdentity(serviceAccount: string, first: string, where: string): MeshError {
  return new MeshError({
    code: 'SharedIdentity',
    where,
    what: `its pods run as the ServiceAccount '${serviceAccount}', as those of ${first} do.`,
    why: 'A caller is known by its ServiceAccount alone: each of the two could do what only the other one may.',
    fix: 'give each workload a ServiceAccount of its own',
  });
}
