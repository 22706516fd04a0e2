import { isIP } from 'node:net';
import { Cluster } from '../../../src/manifests/cluster';
import { readManifests } from '../../../src/manifests/read';
import { arrive } from '../../../src/simulation/arrival';
import { alongRoute, authorize, type Verdict } from '../../../src/simulation/authorize';
import { authorizeEdge } from '../../../src/simulation/edge';
import type { Passage } from '../../../src/simulation/passage';
import type { RouteResult } from '../../../src/simulation/routing/route-result';
import { Simulation } from '../../../src/simulation/simulation';
import { serviceAt, workloadAt } from '../../support/cluster-of';
import { FORWARDED, type Probe, pathOf } from './probes';
import { GATEWAY, hostOf, type SERVERS } from './world';

export type Prediction = Passage & Partial<Pick<Verdict, 'arrivals'>> & { readonly route?: RouteResult };

/** Any pod's address, for rules that tell pods from the outside. */
const SOME_POD = '10.244.1.9';

/** The mesh of the lab, as its defaults are. */
const MESH = { stated: true, extensionProviders: [] };

/** A cluster that the simulation is asked about. */
export class Foreteller {
  private readonly simulation: Simulation;

  public constructor(texts: readonly string[]) {
    const { manifests, problems } = readManifests(texts.map((text, at) => ({ name: `${at}.yaml`, text })));
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const cluster = Cluster.of(manifests, { mesh: MESH });
    if (cluster.malformed.length > 0) throw new Error(JSON.stringify(cluster.malformed.map((it) => it.problems)));
    this.simulation = Simulation.of(cluster);
  }

  public predict(probe: Probe): Prediction {
    switch (probe.way) {
      case 'inside':
        return this.inside(probe);
      case 'direct':
        return this.direct(probe);
      case 'edge':
        return this.edge(probe);
    }
  }

  private inside(probe: Probe): Prediction {
    const { cluster } = this.simulation;
    if (!cluster.services.has(probe.to)) return this.undeclared(probe);
    const to = serviceAt(cluster, probe.to);
    const port = to.ports.find(({ number }) => number === probe.port);
    if (!port) throw new Error(`${probe.to} has no port ${probe.port}`);
    const workload = workloadAt(cluster, probe.from);
    return authorize(this.simulation, {
      ...{ from: { kind: 'workload', workload }, to, port, ...requestOf(probe) },
      ...{ sourceIp: SOME_POD, remoteIp: SOME_POD, destinationIp: SOME_POD },
    });
  }

  /** A host that is neither of a Service nor of a ServiceEntry: nothing but a proxy's routes may know it. */
  private undeclared(probe: Probe): Prediction {
    const { routes, cluster } = this.simulation;
    const workload = workloadAt(cluster, probe.from);
    const request = requestOf(probe);
    const host = probe.speaks === 'tcp' ? probe.to : probe.authority;
    const route = routes.route({ via: { kind: 'sidecar', workload }, host, port: probe.port, ...request });
    return alongRoute(
      this.simulation,
      {
        ...{ from: { kind: 'workload', workload }, ...request },
        ...{ sourceIp: SOME_POD, remoteIp: SOME_POD, destinationIp: SOME_POD },
      },
      route,
    );
  }

  private direct(probe: Probe): Prediction {
    const { cluster } = this.simulation;
    const service = serviceAt(cluster, hostOf(probe.to as (typeof SERVERS)[number]));
    const port = service.ports.find(
      (it) => it.number === probe.port || (it.targetPort === 'web' && probe.port === 8081),
    );
    if (!port) throw new Error(`${probe.to} has no port ${probe.port}`);
    const { method = 'POST', token, ...request } = requestOf(probe);
    return arrive(this.simulation, {
      from: probe.from === '' ? { kind: 'plaintext' } : { kind: 'principal', principal: principalOf(probe.from) },
      to: workloadAt(cluster, probe.to),
      ...{ service, port, ...request, method, token: token === 'none' ? undefined : token },
      ...{ sourceIp: probe.source, remoteIp: probe.source, destinationIp: SOME_POD, sni: '' },
      tls: probe.from === '' ? 'DISABLE' : 'ISTIO_MUTUAL',
    });
  }

  private edge(probe: Probe): Prediction {
    const gateway = workloadAt(this.simulation.cluster, GATEWAY);
    const { authority: _, ...request } = requestOf(probe);
    return authorizeEdge(this.simulation, {
      ...{ gateway, host: probe.to, port: probe.port, ...request, path: pathOf(probe, 'eyJ') },
      ...{ sourceIp: probe.source, remoteIp: lastForwarded(probe) ?? probe.source, destinationIp: SOME_POD },
    });
  }
}

/** Whom a gateway with one trusted proxy takes for the client. */
function lastForwarded({ headers }: Probe): string | undefined {
  const last = headers[FORWARDED]?.split(',').at(-1)?.trim() ?? '';
  return isIP(last) === 0 ? undefined : last;
}

function requestOf(probe: Probe) {
  const { speaks, verb, authority, headers, claims, tokenAt } = probe;
  return {
    ...(speaks !== 'tcp' && { path: pathOf(probe, 'eyJ') }),
    ...(speaks === 'http' && { method: verb }),
    authority,
    headers: speaks === 'grpc' ? { 'content-type': 'application/grpc', te: 'trailers', ...headers } : headers,
    token: claims && speaks !== 'tcp' ? { claims } : ('none' as const),
    tokenAt,
  };
}

function principalOf(account: string): string {
  const [namespace, name] = account.split('/');
  return `cluster.local/ns/${namespace}/sa/${name}`;
}
