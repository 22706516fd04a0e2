import { Construct } from 'constructs';
import { MeshError, placeOfNew } from './errors';
import { unusedId } from './kubernetes/owned-object';
import type { MeshIngress } from './mesh-ingress';
import type { MeshService } from './mesh-service';
import { proxiesMeant } from './patched-pods';
import { type AddressBlock, addressBlock } from './values/address-block';
import { dnsLabel, nameAbroad, objectName } from './values/names';
import { type OptOutOptions, optOut } from './values/opt-out';
import { portNumber } from './values/port-number';
import { wasmModule } from './values/wasm-module';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Before what of Istio a module sees a request. */
export enum WasmPhase {
  /** Before tokens are read and policies are asked. */
  BEFORE_AUTHENTICATION = 'AUTHN',
  /** After tokens are read, before policies are asked. */
  BEFORE_AUTHORIZATION = 'AUTHZ',
  /** After policies have let it pass, before it is counted. */
  BEFORE_METRICS = 'STATS',
  /** After all that Istio does. */
  LAST = 'UNSPECIFIED_PHASE',
}

/** Which module, in whose proxies. */
export interface WasmExtensionProps {
  /**
   * The service whose proxies run it, for calls that arrive there.
   *
   * @default - none; then `ingress` is given
   */
  readonly service?: MeshService;

  /**
   * The ingress whose gateway pods run it, for all who share them.
   *
   * @default - none; then `service` is given
   */
  readonly ingress?: MeshIngress;

  /** The module as an OCI image with its digest, `ghcr.io/acme/tenants:1.2.0@sha256:...`. */
  readonly image: string;

  /**
   * Addresses of the registry, as IP addresses or CIDR blocks. Every pod fetches the module itself, and the walls of
   * the namespace would not let it.
   *
   * A block that is wide lets these pods, and not only their proxies, reach all of it.
   */
  readonly registryAddresses: string[];

  /**
   * Port of the registry.
   *
   * @default 443
   */
  readonly registryPort?: number;

  /**
   * Name of the Secret with credentials for the registry, `kubernetes.io/dockerconfigjson`, beside the pods.
   *
   * @default - none are needed
   */
  readonly imagePullSecret?: string;

  /**
   * Before what of Istio it sees a request.
   *
   * @default WasmPhase.LAST
   */
  readonly phase?: WasmPhase;

  /**
   * What the module is told: any JSON.
   *
   * @default - nothing
   */
  readonly config?: { [key: string]: unknown };

  /**
   * Let requests pass without the module when it cannot be fetched or breaks.
   *
   * @default - they are refused: PERMISSION_DENIED (7) without the module, UNAVAILABLE (14) when it breaks
   */
  readonly dangerouslyFailOpen?: OptOutOptions;
}

/**
 * A Wasm module in the proxies of a service or of an ingress.
 *
 * It sees every request with all of its metadata, tokens included, and can change or answer it. What it does is not
 * followed by `grpc-mesh`.
 *
 * Leaves in the cluster: a WasmPlugin beside the pods, pinned to the digest and closed when the module is missing, and
 * where the pods are in this namespace a NetworkPolicy by which they reach the registry.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `IngressOrService`, `NotOurs`, `NoProxy`,
 * `UnpinnedImage`, `NoRegistry`, `InvalidAddress`, `InvalidPort`, `NoReason`.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/
 */
export class WasmExtension extends Construct {
  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of the WasmPlugin
   * @param props which module, in whose proxies
   */
  public constructor(scope: Construct, id: string, props: WasmExtensionProps) {
    const where = placeOfNew(scope, id, 'WasmExtension');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    const home = ZeroTrustNamespace._enclosing(scope, where);
    const pods = proxiesMeant(props, 'WasmExtension', where);
    const { imagePullSecret, dangerouslyFailOpen } = props;
    home.mesh._backEnd.extension(this, {
      name: nameAbroad(id, home.namespaceName, pods.namespace, where),
      pods,
      isGateway: props.ingress !== undefined,
      isAtHome: pods.namespace === home.namespaceName,
      module: wasmModule(props.image, where),
      phase: props.phase ?? WasmPhase.LAST,
      ...(props.config && { config: structuredClone(props.config) }),
      ...(imagePullSecret !== undefined && { imagePullSecret: objectName(imagePullSecret, where) }),
      registry: registry(props.registryAddresses, where),
      registryPort: portNumber(props.registryPort ?? 443, where, 'registryPort: 443'),
      optOuts: dangerouslyFailOpen ? [optOut('dangerously-fail-open', dangerouslyFailOpen.reason, where)] : [],
    });
  }
}

function registry(addresses: string[], where: string): AddressBlock[] {
  if (addresses.length > 0) return addresses.map((address) => addressBlock(address, where));
  throw new MeshError({
    code: 'NoRegistry',
    where,
    what: 'the list of registryAddresses is empty.',
    why: 'No pod could fetch the module, and every call would be refused.',
    fix: "registryAddresses: ['203.0.113.0/24']",
  });
}
