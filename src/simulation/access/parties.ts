import { protocolNamed } from '../../manifests/protocol';
import { hasLabels } from '../../manifests/selectors';
import { accountOf } from '../authorization/identity-match';
import type { Simulation } from '../simulation';
import { gatewayApiDoors } from './gateway-api-doors';
import type { Party } from './party';

/** Whoever can call something: workloads, identities that policies name, hosts of Gateways, a client without any. */
export function partiesOf(simulation: Simulation): Party[] {
  const { workloads } = simulation.cluster;
  const inside = workloads.filter(({ dataPlane }) => dataPlane !== 'gateway');
  return [
    ...inside.map((workload): Party => ({ name: workload.id, caller: { kind: 'workload', workload } })),
    ...foreignPrincipals(simulation).map(
      (principal): Party => ({ name: principal, caller: { kind: 'principal', principal } }),
    ),
    ...[...doors(simulation), ...gatewayApiDoors(simulation)],
    { name: 'plaintext', caller: { kind: 'plaintext' } },
  ];
}

/** Identities that an ALLOW policy spells out, and no pods among the manifests have. */
function foreignPrincipals({ cluster }: Simulation): string[] {
  const known = new Set(cluster.workloads.map(({ principal }) => afterTrustDomain(principal)));
  const found = new Set<string>();
  for (const { namespace, body } of cluster.objects('security.istio.io/AuthorizationPolicy')) {
    for (const { source } of (body.spec?.rules ?? []).flatMap(({ from }) => from ?? [])) {
      for (const principal of source?.principals ?? []) {
        if (!principal.includes('*') && /^[^/]+\/ns\/[^/]+\/sa\/[^/]+$/.test(principal)) {
          found.add(afterTrustDomain(principal));
        }
      }
      for (const account of source?.serviceAccounts ?? []) {
        const [place, name] = accountOf(account, namespace);
        found.add(`ns/${place}/sa/${name}`);
      }
    }
  }
  return [...found].filter((identity) => !known.has(identity)).map((it) => `${cluster.mesh.trustDomain}/${it}`);
}

/** `ns/coffee-shop/sa/order`: Istio takes the trust domains of one mesh for the same. */
export function afterTrustDomain(principal: string): string {
  return principal.slice(principal.indexOf('/') + 1);
}

/** Every host of every Gateway that speaks HTTP, with the pods that serve it. */
function doors({ cluster }: Simulation): Party[] {
  const gateways = cluster.workloads.filter(({ dataPlane }) => dataPlane === 'gateway');
  const parties: Party[] = [];
  for (const { body } of cluster.objects('networking.istio.io/Gateway')) {
    const selector = body.spec?.selector ?? {};
    const pods = gateways.filter(({ labels }) => hasLabels(labels, selector));
    for (const { hosts, port, tls } of body.spec?.servers ?? []) {
      const protocol = protocolNamed(port?.protocol ?? '');
      if (tls?.httpsRedirect || tls?.mode === 'PASSTHROUGH' || tls?.mode === 'AUTO_PASSTHROUGH' || protocol === 'tcp') {
        continue;
      }
      for (const named of hosts ?? []) {
        const host = named.slice(named.indexOf('/') + 1);
        const scheme = tls ? 'https' : 'http';
        const usual = port?.number === (tls ? 443 : 80);
        const name = `${scheme}://${host}${usual ? '' : `:${port?.number}`}`;
        for (const gateway of pods.length > 0 ? pods : [selector]) {
          parties.push({ name, caller: { kind: 'outside', door: { gateway, host, port: port?.number ?? 0 } } });
        }
      }
    }
  }
  return [...new Map(parties.map((party) => [party.name, party])).values()];
}
