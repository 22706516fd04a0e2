import type { Party } from '../simulation/access/party';
import { type Rpc, UNNAMED } from '../simulation/access/rpc';

/** The line that tries a call in the cluster; none for what is no RPC, or for a caller whose pods nobody knows. */
export function grpcurl({ caller }: Party, { service, port, path }: Rpc): string | undefined {
  if (path === undefined || path === UNNAMED || !/^\/[\w.]+\/\w+$/.test(path)) {
    return undefined;
  }
  const method = path.slice(1);
  switch (caller.kind) {
    case 'outside': {
      const { host, port: number, isPlain } = { ...caller.door, isPlain: caller.door.port === 80 };
      return `grpcurl${isPlain ? ' -plaintext' : ''} -d '{}' ${host}:${number} ${method}`;
    }
    case 'workload': {
      const { kind, namespace, name } = caller.workload;
      const pod = `kubectl exec -n ${namespace} ${kind.toLowerCase()}/${name}`;
      return `${pod} -- grpcurl -plaintext -d '{}' ${service.host}:${port.number} ${method}`;
    }
    default:
      return undefined;
  }
}
