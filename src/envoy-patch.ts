import { Construct } from 'constructs';
import { MeshError, placeOfNew } from './errors';
import { unusedId } from './kubernetes/owned-object';
import type { MeshIngress } from './mesh-ingress';
import type { MeshService } from './mesh-service';
import { proxiesMeant } from './patched-pods';
import type { EnvoyChange } from './values/envoy-change';
import { dnsLabel, nameAbroad } from './values/names';
import { optOut } from './values/opt-out';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** What is changed in whose proxies, for which Istio, and why. */
export interface EnvoyPatchProps {
  /**
   * The service whose proxies are changed: what arrives there, or for `EnvoyChange.upstream` what leaves.
   *
   * @default - none; then `ingress` is given
   */
  readonly service?: MeshService;

  /**
   * The ingress whose gateway pods are changed, for all who share them.
   *
   * @default - none; then `service` is given
   */
  readonly ingress?: MeshIngress;

  /** What is changed. */
  readonly change: EnvoyChange;

  /**
   * The minor release of Istio for which it was written and tried, `1.31`. Proxies of every other one are left as they
   * are.
   */
  readonly istioVersion: string;

  /** Why no API can say it. Stands in the YAML. */
  readonly reason: string;
}

/**
 * The last resort: a change of the configuration that Istio writes for Envoy.
 *
 * That configuration is no API. After an upgrade a change may match nothing, or something else; so it holds for one
 * minor release of Istio only and is gone with the next, until you have tried it there. Never rest security on it.
 *
 * Leaves in the cluster: an EnvoyFilter beside the pods, with a workload selector, a priority, a proxy version and the
 * opt-out `envoy-filter`; `grpc-mesh check` and istioctl tell of every EnvoyFilter. What it does to requests is not
 * followed by `grpc-mesh`.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `IngressOrService`, `NotOurs`, `NoProxy`,
 * `InvalidVersion`, `NoReason`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/
 */
export class EnvoyPatch extends Construct {
  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of the EnvoyFilter
   * @param props what is changed in whose proxies, for which Istio, and why
   */
  public constructor(scope: Construct, id: string, props: EnvoyPatchProps) {
    const where = placeOfNew(scope, id, 'EnvoyPatch');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    const home = ZeroTrustNamespace._enclosing(scope, where);
    const pods = proxiesMeant(props, 'EnvoyPatch', where);
    home.mesh._backEnd.patch(this, {
      name: nameAbroad(id, home.namespaceName, pods.namespace, where),
      pods,
      isGateway: props.ingress !== undefined,
      change: props.change,
      version: minor(props.istioVersion, where),
      optOut: optOut('envoy-filter', props.reason, where),
    });
  }
}

function minor(version: string, where: string): string {
  if (/^[1-9]\d*\.(0|[1-9]\d*)$/.test(version)) return version;
  throw new MeshError({
    code: 'InvalidVersion',
    where,
    what: `'${version}' is not a minor release of Istio.`,
    why: 'The change holds for the proxies of one minor release, which is two numbers and a dot.',
    fix: "istioVersion: '1.31'",
  });
}
