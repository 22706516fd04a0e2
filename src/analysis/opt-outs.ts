import type { Manifest } from '../manifests/manifest';

/**
 * The annotations of objects on which somebody opened a door on purpose: `opt-out.cdk8s-grpc-mesh/<name>: <reason>`.
 *
 * Repeated here, and not shared with what writes them: the two halves meet in the YAML alone.
 */
export const OPT_OUT = 'opt-out.cdk8s-grpc-mesh/';

export type OptOutName =
  | 'dangerously-allow-any-caller'
  | 'dangerously-repeat-executed'
  | 'dangerously-any-audience'
  | 'insecure-plaintext'
  | 'envoy-filter';

/** Why an object was opted out; `undefined` where it was not, or nobody says why. */
export function optOutReason({ annotations }: Manifest<unknown>, name: OptOutName): string | undefined {
  return annotations[`${OPT_OUT}${name}`]?.trim() || undefined;
}
