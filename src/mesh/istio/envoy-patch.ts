import type { EnvoyChange } from '../../values/envoy-change';
import type { Patch } from '../extensions';
import type { EnvoyFilterSpec } from './types';

type ConfigPatch = NonNullable<EnvoyFilterSpec['configPatches']>[number];

const CONNECTION_MANAGER = 'envoy.filters.network.http_connection_manager';
const ROUTER = 'envoy.filters.http.router';

/** One change, in the proxies of one minor release. */
export function envoyPatch({ pods, isGateway, change, version }: Patch): EnvoyFilterSpec {
  const proxy = { proxyVersion: `^${version.replace('.', '\\.')}\\..*` };
  const inwards = isGateway ? ('GATEWAY' as const) : ('SIDECAR_INBOUND' as const);
  const outwards = isGateway ? ('GATEWAY' as const) : ('SIDECAR_OUTBOUND' as const);
  const { applyTo, match, patch } = placed(change);
  const context = change._place === 'upstream' ? outwards : inwards;
  return {
    // Without one, what is relative to other filters would depend on which EnvoyFilter is older.
    priority: 10,
    workloadSelector: { labels: pods.labels },
    configPatches: [{ applyTo, match: { context, proxy, ...match }, patch }],
  };
}

function placed({ _place, _value, _of: { name, host, port } }: EnvoyChange): ConfigPatch {
  const manager = (subFilter?: object) => ({
    listener: { filterChain: { filter: { name: CONNECTION_MANAGER, ...subFilter } } },
  });
  const value = _value as Record<string, never>;
  switch (_place) {
    case 'first-filter':
      return {
        applyTo: 'HTTP_FILTER',
        match: manager(),
        patch: { operation: 'INSERT_FIRST', value: { name, typed_config: value } },
      };
    case 'last-filter':
      return {
        applyTo: 'HTTP_FILTER',
        match: manager({ subFilter: { name: ROUTER } }),
        patch: { operation: 'INSERT_BEFORE', value: { name, typed_config: value } },
      };
    case 'connection-manager': {
      const type =
        'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
      const typed_config = { '@type': type, ...value };
      return { applyTo: 'NETWORK_FILTER', match: manager(), patch: { operation: 'MERGE', value: { typed_config } } };
    }
    case 'upstream':
      return {
        applyTo: 'CLUSTER',
        match: { cluster: { service: host, portNumber: port } },
        patch: { operation: 'MERGE', value },
      };
  }
}
