import { MeshError } from '../errors';

/** A Wasm module in a registry, named by what it is and not by what somebody calls it. */
export interface WasmModule {
  /** `oci://` and its reference, digest included. */
  readonly url: string;
  /** The digest, 64 hexadecimal digits. */
  readonly sha256: string;
}

const PINNED =
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[\w][\w.-]{0,127})?@sha256:([a-f0-9]{64})$/;

/** The module of an image reference that has a digest; refuses any other. */
export function wasmModule(image: string, where: string): WasmModule {
  const sha256 = PINNED.exec(image)?.at(-1);
  if (sha256 !== undefined) return { url: `oci://${image}`, sha256 };
  if (image.startsWith('oci://')) throw prefixed(image, where);
  throw new MeshError({
    code: 'UnpinnedImage',
    where,
    what: `'${image}' has no digest.`,
    why: 'It becomes a part of the proxies, with all that they may see: whoever can move a tag could read every call.',
    fix: `image: 'ghcr.io/acme/tenants@sha256:${'0123456789abcdef'.repeat(4)}'`,
  });
}

function prefixed(image: string, where: string): MeshError {
  return new MeshError({
    code: 'UnpinnedImage',
    where,
    what: `'${image}' begins with oci://.`,
    why: 'An image is named as in a Deployment, with its digest; the scheme is written for you.',
    fix: `image: '${image.slice('oci://'.length)}'`,
  });
}
