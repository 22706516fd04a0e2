import { MeshError } from '../errors';

/** What a value of metadata has to be. Letter case matters. */
export class MetadataMatch {
  /**
   * Exactly this value.
   *
   * Refused: `InvalidMatch`, when it is empty.
   *
   * @param value the value
   */
  public static exact(value: string): MetadataMatch {
    return new MetadataMatch({ exact: notEmpty(value, 'exact') }, false);
  }

  /**
   * A value that begins with this.
   *
   * Refused: `InvalidMatch`, when it is empty.
   *
   * @param value how it begins
   */
  public static prefix(value: string): MetadataMatch {
    return new MetadataMatch({ prefix: notEmpty(value, 'prefix') }, false);
  }

  /**
   * A value that this expression matches as a whole.
   *
   * Refused: `InvalidMatch`, for what RE2 does not know: look-ahead, look-behind, references to groups.
   *
   * @param pattern an expression of RE2
   * @see https://github.com/google/re2/wiki/Syntax
   */
  public static regex(pattern: string): MetadataMatch {
    if (notEmpty(pattern, 'regex').length > 1024 || !isPattern(pattern)) throw invalidMatch('regex', pattern);
    return new MetadataMatch({ regex: pattern }, false);
  }

  /** Any value, also an empty one: the key is there. */
  public static present(): MetadataMatch {
    return new MetadataMatch({}, false);
  }

  /** The key is not there. */
  public static absent(): MetadataMatch {
    return new MetadataMatch({}, true);
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _value: { readonly exact?: string; readonly prefix?: string; readonly regex?: string },
    /**
     * Whether a call with the value does not match.
     *
     * @internal
     */
    public readonly _negated: boolean,
  ) {}

  /**
   * Whether no call can satisfy both.
   *
   * @internal
   */
  public _excludes(other: MetadataMatch): boolean {
    if (this._negated !== other._negated) return true;
    const [a, b] = [this._value.exact, other._value.exact];
    return !this._negated && a !== undefined && b !== undefined && a !== b;
  }
}

function notEmpty(value: string, kind: string): string {
  if (value !== '') return value;
  throw invalidMatch(kind, value);
}

function isPattern(pattern: string): boolean {
  if (/\(\?[=!<]|\\[1-9]/.test(pattern)) return false;
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

function invalidMatch(kind: string, value: string): MeshError {
  return new MeshError({
    code: 'InvalidMatch',
    where: `MetadataMatch.${kind}`,
    what: `'${value}' matches nothing, or is not understood.`,
    why: 'Istio refuses such a match; one that it takes differently would lead calls where nobody expects them.',
    fix: "MetadataMatch.exact('beta')   // or MetadataMatch.present(), MetadataMatch.absent()",
  });
}
