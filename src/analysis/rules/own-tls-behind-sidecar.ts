import { isHttp } from '../../manifests/protocol';
import { workloadPorts } from '../../simulation/mtls/workload-ports';
import { podPath } from '../pod-path';
import type { Rule } from '../rule';

export const ownTlsBehindSidecar: Rule = {
  code: 'OwnTlsBehindSidecar',
  severity: 'warning',
  summary: 'A server behind a sidecar seems to speak TLS itself on a port that is declared as plaintext',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`,
    avoid: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}}
    spec: {containers: [{name: app, image: menu, args: [--tls-cert-file=/etc/tls/tls.crt]}]}
---
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    prefer: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}}
    spec: {containers: [{name: app, image: menu}]}
---
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    why: `The proxy ends the TLS of the mesh and speaks plaintext to the container. A server that wants TLS of its own
answers that with an error, and a client that sends TLS to a port declared gRPC is refused by the sidecar. Let the
server speak plaintext: the connection is encrypted and both ends are known all the same. It is guessed from the
arguments and variables of the container.`,
    unless: 'The certificates are for another port.',
    see: [
      'https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/',
      'https://istio.io/latest/docs/concepts/security/#mutual-tls-authentication',
    ],
  },
  *check({ cluster }) {
    for (const workload of cluster.workloads) {
      if (workload.dataPlane !== 'sidecar') continue;
      for (const [index, { name, args = [], command = [], env = [] }] of workload.containers.entries()) {
        if (name === 'istio-proxy') continue;
        const words = [...command, ...args, ...env.filter(({ value }) => value).map((one) => one.name)];
        const hint = words.find((word) => HINT.test(word));
        const port =
          hint &&
          workloadPorts(cluster, workload).find(({ fronts, protocol }) => fronts.length > 0 && isHttp(protocol));
        if (!port) continue;
        yield {
          object: workload.manifest,
          path: [...podPath(workload), 'spec', 'containers', index],
          message: `'${hint}' looks as if the container spoke TLS itself, and its sidecar speaks plaintext to port ${port.number}.`,
          fix: 'Let the server listen without TLS: the sidecar encrypts, and knows both ends.',
        };
      }
    }
  },
};

const HINT = /(?:tls|ssl)[-_.]?(?:server[-_.]?)?(?:cert|key|crt)|server[-_.]?(?:cert|key)[-_.]?file/i;
