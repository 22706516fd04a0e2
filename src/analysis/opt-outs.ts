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
  | 'dangerously-mirror-side-effects'
  | 'fault-injection'
  | 'insecure-plaintext'
  | 'outside-mesh'
  | 'dangerously-dry-run'
  | 'dangerously-allow-tls12'
  | 'dangerously-allow-any-outbound'
  | 'dangerously-fail-open'
  | 'envoy-filter';

/** Why an object was opted out; `undefined` where it was not, or nobody says why. */
export function optOutReason({ annotations }: Manifest<unknown>, name: OptOutName): string | undefined {
  return annotations[`${OPT_OUT}${name}`]?.trim() || undefined;
}
