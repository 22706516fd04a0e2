import type { Party } from '../simulation/access/party';
import { type Rpc, UNNAMED } from '../simulation/access/rpc';
import type { Sent } from '../simulation/call';

/** The line that tries a call in the cluster; none for what is no RPC, or for a caller whose pods nobody knows. */
export function grpcurl({ caller }: Party, { service, port, path }: Rpc, sent: Sent = {}): string | undefined {
  if (path === undefined || path === UNNAMED || !/^\/[\w.]+\/\w+$/.test(path)) {
    return undefined;
  }
  const method = path.slice(1);
  const options = `${metadata(sent)} -d '{}'`;
  switch (caller.kind) {
    case 'outside': {
      const { host, port: number, isPlain } = { ...caller.door, isPlain: caller.door.port === 80 };
      return `grpcurl${isPlain ? ' -plaintext' : ''}${options} ${host}:${number} ${method}`;
    }
    case 'workload': {
      const { kind, namespace, name } = caller.workload;
      const pod = `kubectl exec -n ${namespace} ${kind.toLowerCase()}/${name}`;
      return `${pod} -- grpcurl -plaintext${options} ${service.host}:${port.number} ${method}`;
    }
    default:
      return undefined;
  }
}

/** What the call carries; the token itself is to be put there by whoever asks. */
function metadata({ headers = {}, token }: Sent): string {
  const named = Object.entries(headers).map(([name, value]) => ` -H ${quoted(`${name}: ${value}`)}`);
  const bearer = token === undefined || token === 'none' ? '' : ' -H "authorization: Bearer $TOKEN"';
  return named.join('') + bearer;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
