import type { Manifest } from '../manifests/manifest';

/**
 * The annotation that silences a rule on one object: `suppress.cdk8s-grpc-mesh/<Code>: <reason>`.
 *
 * It is counted, and without a reason it silences nothing.
 */
export const SUPPRESS = 'suppress.cdk8s-grpc-mesh/';

/** Why a code, or one of its aliases, is silenced on an object; `undefined` if it is not. */
export function suppression(object: Manifest<unknown>, codes: readonly string[]): string | undefined {
  for (const code of codes) {
    const reason = object.annotations[`${SUPPRESS}${code}`]?.trim();
    if (reason) {
      return reason;
    }
  }
  return undefined;
}
