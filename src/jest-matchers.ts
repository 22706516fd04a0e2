import type { App, Chart } from 'cdk8s';
import { MeshAssertions } from './mesh-check/mesh-assertions';
import type { MeshCallOptions } from './mesh-check/mesh-call-options';

/** What a matcher of jest or vitest answers. */
interface Matched {
  readonly pass: boolean;
  message(): string;
}

/**
 * Of an app, a chart, YAML, or `MeshAssertions` that know more than these say.
 *
 * For `expect.extend`, of jest and of vitest: `expect(app).toAllowCall('order', 'payment', 'Charge')`.
 */
export const meshMatchers = {
  /** The call gets through; with `not`, it ends at some wall. What manifests leave open is neither. */
  toAllowCall(
    this: { readonly isNot?: boolean },
    received: unknown,
    caller: string,
    callee: string,
    method?: string,
    options?: MeshCallOptions,
  ) {
    const mesh = meshOf(received);
    // With `not`, jest turns the answer around.
    return this.isNot
      ? turned(matched(() => mesh.cannotCall(caller, callee, method, options), `${caller} cannot call ${callee}`))
      : matched(() => mesh.canCall(caller, callee, method, options), `${caller} can call ${callee}`);
  },
  /** No error and no warning of `grpc-mesh check`. */
  toHaveNoMeshFindings(received: unknown) {
    const mesh = meshOf(received);
    return matched(() => mesh.hasNoFindings(), 'there are no findings');
  },
  /** No route ends the RPC after some time. */
  toHaveNoTimeout(received: unknown, callee: string, method: string) {
    const mesh = meshOf(received);
    return matched(() => mesh.hasNoTimeout(callee, method), `${callee} ${method} has no timeout`);
  },
  /** These may call these RPCs, and nobody anything else. */
  toHaveAccessMatrix(received: unknown, expected: Record<string, string[]>) {
    const mesh = meshOf(received);
    return matched(() => mesh.matrixEquals(expected), 'the access matrix is this one');
  },
};

declare global {
  namespace jest {
    interface Matchers<R, T> {
      /** The call gets through; with `not`, it ends at some wall. What manifests leave open is neither. */
      toAllowCall(caller: string, callee: string, method?: string, options?: MeshCallOptions): R;
      /** No error and no warning of `grpc-mesh check`. */
      toHaveNoMeshFindings(): R;
      /** No route ends the RPC after some time. */
      toHaveNoTimeout(callee: string, method: string): R;
      /** These may call these RPCs, and nobody anything else. */
      toHaveAccessMatrix(expected: Record<string, string[]>): R;
    }
  }
}

function meshOf(received: unknown): MeshAssertions {
  if (received instanceof MeshAssertions) {
    return received;
  }
  if (typeof received === 'string') {
    return MeshAssertions.fromYaml(received);
  }
  if (typeof (received as App | undefined)?.synthYaml === 'function') {
    return MeshAssertions.fromApp(received as App);
  }
  if (typeof (received as Chart | undefined)?.toJson === 'function') {
    return MeshAssertions.fromChart(received as Chart);
  }
  throw new Error('expect was given something else: give an App, a Chart, YAML text or MeshAssertions');
}

function matched(claim: () => unknown, truth: string): Matched {
  try {
    claim();
    return { pass: true, message: () => truth };
  } catch (error) {
    // A question that cannot be asked has no answer that `not` could turn around.
    if ((error as Error).name === 'WrongQuestion') throw error;
    return { pass: false, message: () => (error as Error).message };
  }
}

function turned({ pass, message }: Matched): Matched {
  return { pass: !pass, message };
}
