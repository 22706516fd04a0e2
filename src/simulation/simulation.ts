import type { Cluster } from '../manifests/cluster';
import type { Workload } from '../manifests/workload';
import { AuthorizationPolicies } from './authorization/authorization-policies';
import { RequestAuthentications } from './authorization/request-authentication';
import { Connections } from './mtls/connections';
import { PeerAuthentications } from './mtls/peer-authentications';
import { NetworkPolicies } from './network/network-policies';
import { DestinationRules } from './routing/destination-rules';
import { Routes } from './routing/routes';
import { SidecarScopes } from './visibility/sidecar-scopes';

/**
 * What the parts of a mesh would do with a call: each compiled from the cluster when it is first asked.
 *
 * It changes nothing and knows nothing but the cluster; an answer is the same however often it is asked for.
 */
export class Simulation {
  public static of(cluster: Cluster): Simulation {
    return new Simulation(cluster);
  }

  private compiled: Partial<Compiled> = {};
  private readonly guises = new WeakMap<Workload, Guises>();

  private constructor(public readonly cluster: Cluster) {}

  /** A workload of which no file says whether it has a sidecar, as it is in either case. */
  public guisesOf(workload: Workload): Guises {
    let guises = this.guises.get(workload);
    if (!guises) {
      guises = { meshed: { ...workload, dataPlane: 'sidecar' }, bare: { ...workload, dataPlane: 'none' } };
      this.guises.set(workload, guises);
    }
    return guises;
  }

  public get policies(): AuthorizationPolicies {
    this.compiled.policies ??= AuthorizationPolicies.of(this.cluster);
    return this.compiled.policies;
  }

  public get tokens(): RequestAuthentications {
    this.compiled.tokens ??= RequestAuthentications.of(this.cluster);
    return this.compiled.tokens;
  }

  public get peers(): PeerAuthentications {
    this.compiled.peers ??= PeerAuthentications.of(this.cluster);
    return this.compiled.peers;
  }

  public get connections(): Connections {
    this.compiled.connections ??= Connections.of(this.cluster, this.peers);
    return this.compiled.connections;
  }

  public get networkPolicies(): NetworkPolicies {
    this.compiled.networkPolicies ??= NetworkPolicies.of(this.cluster);
    return this.compiled.networkPolicies;
  }

  public get scopes(): SidecarScopes {
    this.compiled.scopes ??= SidecarScopes.of(this.cluster);
    return this.compiled.scopes;
  }

  public get destinationRules(): DestinationRules {
    this.compiled.destinationRules ??= DestinationRules.of(this.cluster);
    return this.compiled.destinationRules;
  }

  public get routes(): Routes {
    this.compiled.routes ??= Routes.of(this.cluster, this.scopes, this.destinationRules);
    return this.compiled.routes;
  }
}

interface Guises {
  readonly meshed: Workload;
  readonly bare: Workload;
}

interface Compiled {
  policies: AuthorizationPolicies;
  tokens: RequestAuthentications;
  peers: PeerAuthentications;
  connections: Connections;
  networkPolicies: NetworkPolicies;
  scopes: SidecarScopes;
  destinationRules: DestinationRules;
  routes: Routes;
}
