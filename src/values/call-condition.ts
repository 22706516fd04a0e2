import { MeshError } from '../errors';
import { claimName } from './jwt-issuer';
import { metadataKey } from './metadata-key';

/**
 * What must be true of a call besides who makes it and which RPC it is.
 *
 * @see https://istio.io/latest/docs/reference/config/security/conditions/
 */
export class CallCondition {
  /**
   * A metadata key or header has one of these values. Whoever calls chooses them: they tell calls apart, and prove
   * nothing.
   *
   * Refused: `InvalidHeader`, `InvalidCondition`.
   *
   * @param key the key, in lower case
   * @param values values, letter by letter
   */
  public static metadata(key: string, values: string[]): CallCondition {
    const where = 'CallCondition.metadata';
    return new CallCondition('metadata', metadataKey(key, where), exact(values, where, "['eu']"), false);
  }

  /**
   * The call comes from one of these addresses: of the pod that calls, or of the last proxy before this one.
   *
   * Refused: `InvalidAddress`.
   *
   * @param addresses addresses or networks, `10.2.0.0/16`
   */
  public static sourceAddress(addresses: string[]): CallCondition {
    if (addresses.length > 0 && addresses.every(isAddress))
      return new CallCondition('source', '', [...addresses], false);
    throw new MeshError({
      code: 'InvalidAddress',
      where: 'CallCondition.sourceAddress',
      what: `[${addresses.join(', ')}] is not a list of addresses or networks.`,
      why: 'Istio refuses what is no IPv4 or IPv6 address, with or without the length of a network.',
      fix: "CallCondition.sourceAddress(['10.2.0.0/16'])",
    });
  }

  /**
   * The token of the user has one of these values in a claim, or a list that holds one. A JwtAuthentication reads it.
   *
   * Refused: `InvalidClaim`, `InvalidCondition`.
   *
   * @param name the claim, `roles` or `realm_access[roles]`
   * @param values values, letter by letter
   */
  public static claim(name: string, values: string[]): CallCondition {
    const where = 'CallCondition.claim';
    return new CallCondition('claim', claimName(name, where), exact(values, where, "['admin']"), false);
  }

  /**
   * The opposite: also true where there is no such key, and no token.
   *
   * @param condition what must not be true
   */
  public static not(condition: CallCondition): CallCondition {
    const { _kind, _name, _values, _negated } = condition;
    return new CallCondition(_kind, _name, _values, !_negated);
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _kind: 'metadata' | 'source' | 'claim',
    /**
     * @internal
     */
    public readonly _name: string,
    /**
     * @internal
     */
    public readonly _values: string[],
    /**
     * @internal
     */
    public readonly _negated: boolean,
  ) {}
}

// A * at an end would be a pattern.
function exact(values: string[], where: string, example: string): string[] {
  if (values.length > 0 && values.every((value) => value !== '' && !value.includes('*'))) return [...values];
  throw new MeshError({
    code: 'InvalidCondition',
    where,
    what: `[${values.join(', ')}] is not a list of values.`,
    why: 'An empty list would be true for nobody or everybody, depending on the reader, and a * for whatever begins or ends so.',
    fix: `${where}('...', ${example})`,
  });
}

function isAddress(text: string): boolean {
  const [address, bits, ...more] = text.split('/');
  const isIPv6 = address.includes(':');
  const host = isIPv6 ? `[${address}]` : address;
  const isHost = URL.canParse(`http://${host}/`) && (isIPv6 || new URL(`http://${host}/`).hostname === address);
  const isIPv4 = /^\d+(\.\d+){3}$/.test(address);
  const isLength = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv6 ? 128 : 32));
  return more.length === 0 && isLength && isHost && (isIPv6 || isIPv4);
}
