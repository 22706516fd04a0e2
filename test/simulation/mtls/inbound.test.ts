import type { Protocol } from '../../../src/manifests/protocol';
import { receive, type Wire } from '../../../src/simulation/mtls/inbound';
import type { MtlsMode } from '../../../src/simulation/mtls/peer-authentications';

// One line for each mode and kind of port: what becomes of what a client puts on the wire.
// From https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/filterchain_options.go
const CHAINS = `
| mode       | port | mtls    | tls         | client-certificate | plaintext |
| STRICT     | grpc | mtls    | refused     | unknown            | refused   |
| STRICT     | tcp  | mtls    | refused     | unknown            | refused   |
| STRICT     | auto | mtls    | refused     | unknown            | refused   |
| PERMISSIVE | grpc | mtls    | refused     | refused            | plaintext |
| PERMISSIVE | http | mtls    | refused     | refused            | plaintext |
| PERMISSIVE | tcp  | mtls    | application | application        | plaintext |
| PERMISSIVE | tls  | mtls    | application | application        | plaintext |
| PERMISSIVE | auto | mtls    | application | application        | plaintext |
| DISABLE    | grpc | refused | refused     | refused            | plaintext |
| DISABLE    | tcp  | refused | application | application        | plaintext |
| DISABLE    | auto | refused | application | application        | plaintext |
`;

const [[, , ...wires], ...lines] = CHAINS.trim()
  .split('\n')
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe.each(lines)('a %s port that speaks %s', (mode, protocol, ...outcomes) => {
  test.each(wires.map((wire, at) => [wire, outcomes[at]]))('makes of %s: %s', (wire, outcome) => {
    expect(receive(mode as MtlsMode, protocol as Protocol, wire as Wire).outcome).toBe(outcome);
  });
});
