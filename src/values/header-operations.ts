import { MeshError } from '../errors';
import { metadataKey } from './metadata-key';

/**
 * What a proxy does to the metadata of calls, or to the headers of answers, on their way.
 *
 * Trailers of gRPC, its status among them, are not touched. Values are taken literally.
 *
 * Refused by whoever takes it: `InvalidHeader`, `InvalidHeaderValue`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers
 */
export interface HeaderOperations {
  /**
   * Keys that get this value, whatever they had.
   *
   * @default - none
   */
  readonly set?: { [key: string]: string };

  /**
   * Keys that get this value besides those they had.
   *
   * @default - none
   */
  readonly add?: { [key: string]: string };

  /**
   * Keys that go.
   *
   * @default - none
   */
  readonly remove?: string[];
}

/** Keys without which a call is none, or another one. */
const NEEDED = ['content-type', 'content-length', 'host', 'te', 'connection', 'transfer-encoding', 'upgrade'];

/** What a proxy says of the certificate that it was shown. */
const CLIENT_CERTIFICATE = 'x-forwarded-client-cert';

/** Operations that are checked; undefined if they do nothing. */
export function headerOperations(
  operations: HeaderOperations | undefined,
  where: string,
): HeaderOperations | undefined {
  const { set = {}, add = {}, remove = [] } = operations ?? {};
  const keys = [...Object.keys(set), ...Object.keys(add), ...remove];
  for (const key of keys) if (NEEDED.includes(metadataKey(key, where))) throw needed(key, where);
  const forged = Object.keys({ ...set, ...add }).find((key) => key === CLIENT_CERTIFICATE);
  if (forged !== undefined) throw forgedCertificate(where);
  for (const [key, value] of Object.entries({ ...set, ...add })) checkValue(key, value, where);
  if (keys.length === 0) return undefined;
  return {
    ...(Object.keys(set).length > 0 && { set: literal(set) }),
    ...(Object.keys(add).length > 0 && { add: literal(add) }),
    ...(remove.length > 0 && { remove: [...new Set(remove)].sort() }),
  };
}

// Envoy reads %...% as a command; %% is a percent sign.
function literal(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.replaceAll('%', '%%')]));
}

function checkValue(key: string, value: string, where: string): void {
  if (/^[\x20-\x7e]*$/.test(value) && value.trim() === value) return;
  throw new MeshError({
    code: 'InvalidHeaderValue',
    where,
    what: `the value of '${key}' has control characters, blanks at its ends, or letters beyond ASCII.`,
    why: 'Proxies drop calls with such a header, or change it.',
    fix: `set: { '${key}': 'beta' }`,
  });
}

function forgedCertificate(where: string): MeshError {
  return new MeshError({
    code: 'InvalidHeader',
    where,
    what: `'${CLIENT_CERTIFICATE}' says who called, and only the proxy of the server writes it.`,
    why: 'A server that reads it would take the callers of this route for somebody else.',
    fix: "set: { 'x-tier': 'beta' }",
  });
}

function needed(key: string, where: string): MeshError {
  return new MeshError({
    code: 'InvalidHeader',
    where,
    what: `'${key}' belongs to the protocol.`,
    why: 'A server takes a call without it, or with another value, for a broken one.',
    fix: "set: { 'x-tier': 'beta' }",
  });
}
