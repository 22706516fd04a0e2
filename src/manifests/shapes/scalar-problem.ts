import type { Json } from '../json';
import { described, didYouMean, listed } from '../words';
import type { Scalar, ShapeOf } from './table';

export interface ScalarProblem {
  readonly kind: 'wrong-type' | 'not-allowed';
  readonly message: string;
}

const QUANTITY = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DURATION = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;

const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** What is wrong with a string, a number or a boolean, if something is. */
export function scalarProblem(shape: ShapeOf, value: Json): ScalarProblem | undefined {
  const { is = 'string' } = shape;
  if (!isA(is, value)) return { kind: 'wrong-type', message: wrongType(is, value) };
  const message =
    (shape.enum && notListed(shape.enum, value)) ??
    (typeof value === 'string' ? badString(shape, is, value) : undefined) ??
    (typeof value === 'number' ? badNumber(shape, value) : undefined);
  return message === undefined ? undefined : { kind: 'not-allowed', message };
}

function isA(is: Scalar, value: Json): boolean {
  switch (is) {
    case 'string':
    case 'bytes':
    case 'duration':
      return typeof value === 'string';
    case 'int':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'intOrString':
      return typeof value === 'string' || Number.isInteger(value);
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number';
  }
}

const NAMES: Readonly<Record<Scalar, string>> = {
  string: 'a string',
  bytes: 'a string',
  duration: 'a string',
  int: 'an integer',
  number: 'a number',
  bool: 'a boolean',
  intOrString: 'an integer or a string',
  quantity: 'a quantity',
};

function wrongType(is: Scalar, value: Json): string {
  const sentence = `it must be ${NAMES[is]}, not ${described(value)}`;
  if (NAMES[is] !== 'a string' || value === null || typeof value === 'object') return sentence;
  const words = typeof value === 'boolean' ? ' (as yes, no, on, off, y and n are too, without quotes)' : '';
  return `${sentence}${words}: put it in quotes`;
}

function notListed(allowed: readonly (string | number)[], value: Json): string | undefined {
  if (allowed.some((one) => one === value)) return undefined;
  const words = allowed.filter((one) => one !== '').map(String);
  return `it must be ${listed(words, 'or')}, not ${described(value)}.${didYouMean(String(value), words)}`;
}

function badString({ min = 0, max, pattern }: ShapeOf, is: Scalar, value: string): string | undefined {
  if (value.length < min) return value === '' ? 'it must not be empty' : `it must have at least ${min} characters`;
  if (max !== undefined && value.length > max && [...value].length > max) {
    return max === 0 ? 'it must be empty' : `it may have at most ${max} characters`;
  }
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) {
    return `${described(value)} does not match ${pattern}`;
  }
  if (is === 'duration') return badDuration(value);
  if (is === 'quantity' && !QUANTITY.test(value))
    return `it must be a quantity like 500m or 1Gi, not ${described(value)}`;
  if (is === 'bytes' && !BASE64.test(value.replaceAll(/[\r\n]/g, ''))) return 'it must be in base64';
  return undefined;
}

function badNumber({ min, max }: ShapeOf, value: number): string | undefined {
  if (min !== undefined && value < min) return `it must be at least ${min}, not ${value}`;
  if (max !== undefined && value > max) return `it must be at most ${max}, not ${value}`;
  return undefined;
}

/** @see https://pkg.go.dev/time#ParseDuration, with which the rules of Istio read them */
function badDuration(value: string): string | undefined {
  if (!DURATION.test(value) && value !== '0')
    return `it must be a duration like 1.5s or 100ms, not ${described(value)}`;
  const parts = [...value.matchAll(/([\d.]+)([a-zµμ]+)/g)].map(([, size, unit]) => Number(size) * MILLISECONDS[unit]);
  const length = parts.reduce((sum, part) => sum + part, 0);
  return value.startsWith('-') || length < 1 ? `it must be at least 1ms, not ${value}` : undefined;
}
