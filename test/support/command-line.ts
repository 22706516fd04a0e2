import { run } from '../../src/cli/program';
import type { Terminal } from '../../src/cli/terminal';

export interface Printed {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
}

/** Runs `grpc-mesh` in this process: on standard input, for somebody who reads no colours. */
export function grpcMesh(args: readonly string[], input = '', world: Partial<Terminal> = {}): Printed {
  let [out, err] = ['', ''];
  const exitCode = run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    input: () => input,
    outIsTerminal: false,
    errIsTerminal: false,
    environment: {},
    now: () => 0,
    version: '1.2.3',
    ...world,
  });
  return { out, err, exitCode };
}
