import { admits } from './admits';
import { connects, type Pod } from './connects';
import type { Manifests } from './manifests';
import { sees } from './sees';

/** A caller as a service of ours is one: its name is its label `app` and its ServiceAccount. */
export interface Client {
  readonly namespace: string;
  readonly name: string;
  /** Where it differs from `app: <name>`. */
  readonly labels?: Record<string, string>;
  /** Where it differs from the name. */
  readonly serviceAccount?: string;
  readonly trustDomain?: string;
}

/** A server as a service of ours is one. */
export interface Server {
  readonly namespace: string;
  readonly name: string;
  /** Where they differ from `app: <name>`. */
  readonly labels?: Record<string, string>;
  /** Port of the container. */
  readonly port?: number;
}

/** What decides whether a call arrives. */
export interface Carried {
  /** The server's AuthorizationPolicies. */
  readonly admitted: boolean;
  /** The NetworkPolicies of both ends. */
  readonly connected: boolean;
  /** The client's Sidecar. */
  readonly visible: boolean;
}

export const ARRIVES: Carried = { admitted: true, connected: true, visible: true };
export const STOPPED: Carried = { admitted: false, connected: false, visible: false };

/** What every wall says to a call; a declared one passes them all. */
export function carries(manifests: Manifests, client: Client, server: Server, path: string, method?: string): Carried {
  const { port = 50051 } = server;
  const from = podOf(client);
  const to = podOf(server);
  const { trustDomain = 'cluster.local', serviceAccount = client.name } = client;
  const principal = `${trustDomain}/ns/${client.namespace}/sa/${serviceAccount}`;
  return {
    admitted: admits(manifests, { principal, ...to, port, path, method }),
    connected: connects(manifests, { from, to, port }),
    visible: sees(manifests, from, { ...to, host: `${server.name}.${server.namespace}.svc.cluster.local` }),
  };
}

function podOf({ namespace, name, labels }: Client | Server): Pod {
  return { namespace, labels: labels ?? { app: name } };
}
