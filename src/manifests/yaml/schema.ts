import type { Schema } from 'js-yaml';

const NULLS: readonly string[] = ['', '~', 'null', 'Null', 'NULL'];
const TRUE: readonly string[] = ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'];
const FALSE: readonly string[] = ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'];

const NAMELESS = 'null is no name of a field';

const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const NO_JSON = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/**
 * What a word without quotes means in a manifest. `kubectl` and Helm read YAML 1.1, where `on` is a boolean and `017`
 * is fifteen, with the habits of go-yaml: no numbers to the base of 60, and a date stays a string.
 *
 * @see https://github.com/yaml/go-yaml/blob/v2.4.2/resolve.go, with which sigs.k8s.io/yaml reads
 */
export function kubernetesSchema(yaml: typeof import('js-yaml')): Schema {
  const { FAILSAFE_SCHEMA, NOT_RESOLVED, YAMLException, defineScalarTag, mapTag, mergeTag } = yaml;
  const tag = <Value>(name: string, firstCharacters: Iterable<string>, read: (word: string) => Value | undefined) =>
    defineScalarTag(`tag:yaml.org,2002:${name}`, {
      implicit: true,
      implicitFirstChars: [...new Set(firstCharacters)],
      resolve: (word) => read(word) ?? NOT_RESOLVED,
      identify: () => false,
    });
  const float = (word: string) => {
    if (NO_JSON.test(word)) throw new YAMLException(`${word} is not a number in JSON`);
    return floatOf(word);
  };
  const nothing = defineScalarTag('tag:yaml.org,2002:null', {
    implicit: true,
    implicitFirstChars: ['', '~', 'n', 'N'],
    resolve: (word) => (NULLS.includes(word) ? null : NOT_RESOLVED),
    identify: () => false,
  });
  return FAILSAFE_SCHEMA.withTags(
    nothing,
    tag('bool', 'yYnNtTfFoO', booleanOf),
    tag('int', '+-0123456789', integerOf),
    tag('float', '+-.0123456789', float),
    mergeTag,
    { ...mapTag, addPair: (map, key, value) => (key === null ? NAMELESS : mapTag.addPair(map, key, value)) },
  );
}

/** The name of the field that a word without quotes makes: `on` makes the field `true`. */
export function keyOf(word: string): string {
  return String(booleanOf(word) ?? integerOf(word) ?? word);
}

function booleanOf(word: string): boolean | undefined {
  if (TRUE.includes(word)) return true;
  return FALSE.includes(word) ? false : undefined;
}

function integerOf(word: string): number | undefined {
  const [, sign, hexadecimal, binary, octal, decimal] = INTEGER.exec(word.replaceAll('_', '')) ?? [];
  if (sign === undefined) return undefined;
  if (decimal !== undefined) return signed(sign, Number(decimal));
  if (octal !== undefined) return signed(sign, Number.parseInt(octal, 8));
  if (binary !== undefined) return signed(sign, Number.parseInt(binary, 2));
  return signed(sign, Number.parseInt(hexadecimal, 16));
}

/** Not the negative zero, which JSON does not have. */
function signed(sign: string, size: number): number {
  return sign === '-' && size !== 0 ? -size : size;
}

/** One that is too large for a float stays a string. */
function floatOf(word: string): number | undefined {
  const digits = word.replaceAll('_', '');
  const value = FLOAT.test(digits) ? Number(digits) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
