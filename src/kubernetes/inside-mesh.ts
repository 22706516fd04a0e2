import type { Workload } from 'cdk8s-plus-28';
import { describe, MeshError, type Problem } from '../errors';

/** By what a pod would get around its proxy, and where to say so. */
export interface ProxyFacts {
  /** User and group of the proxy, whose traffic is not redirected to it. */
  readonly proxyUser?: number;
  /** The label, or annotation, that says whether a pod has a proxy. */
  readonly proxyLabel?: string;
  readonly where: string;
}

/**
 * Refuses a workload whose pods have no proxy or get around it, now and at synth, when all of their labels and
 * containers are known.
 */
export function insideMesh(workload: Workload, facts: ProxyFacts): void {
  if (!KINDS.includes(workload.kind)) throw notForServices(workload, facts);
  const problem = outside(workload, facts);
  if (problem) throw new MeshError(problem);
  const late = () => outside(workload, facts);
  workload.node.addValidation({ validate: () => [late()].flatMap((found) => (found ? [describe(found)] : [])) });
}

const KINDS = ['Deployment', 'StatefulSet'];

function outside(workload: Workload, { proxyUser, proxyLabel, where }: ProxyFacts): Problem | undefined {
  const way = bypass(workload, proxyUser, proxyLabel);
  return (
    way && {
      code: 'OutsideMesh',
      where,
      what: `its ${workload.kind} '${workload.name}' ${way.what}.`,
      why: 'Its traffic would not pass the proxy: no policy would hold for it, and callers could not prove who they are.',
      fix: way.fix,
    }
  );
}

function bypass({ hostNetwork, podMetadata, securityContext, containers }: Workload, user?: number, label?: string) {
  if (hostNetwork) return { what: 'uses the network of its nodes', fix: 'hostNetwork: false' };
  const { labels, annotations } = podMetadata.toJson() ?? {};
  const proxy = label === undefined ? undefined : (labels?.[label] ?? annotations?.[label]);
  if (proxy !== undefined && proxy !== 'true')
    return { what: `has pods with ${label}: ${proxy}`, fix: `'${label}': 'true'` };
  const contexts = [securityContext, ...containers.map((container) => container.securityContext)];
  const asProxy = contexts.some((context) => user !== undefined && [context.user, context.group].includes(user));
  return asProxy ? { what: `has a container that runs as ${user}, like the proxy`, fix: 'user: 10001' } : undefined;
}

function notForServices({ kind, name }: Workload, { where }: ProxyFacts): MeshError {
  return new MeshError({
    code: 'UnsupportedWorkload',
    where,
    what: `'${name}' is a ${kind}.`,
    why: `Of the workloads of cdk8s-plus a ${KINDS.join(' and a ')} keep pods up and replace them step by step; others need care that only their owner can take.`,
    fix: `Workload.labels({ app: '${name}' }, '${name}')`,
  });
}
