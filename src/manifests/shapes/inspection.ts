import { isList, isObject, type Json, type JsonObject } from '../json';
import type { Path } from '../path';
import { described, didYouMean, listed } from '../words';
import { scalarProblem } from './scalar-problem';
import type { Shape, ShapeOf } from './table';

/** Something that the API server would refuse, or that it would throw away without a word. */
export interface ShapeProblem {
  readonly path: Path;
  /** What is wrong at the end of the path, which it does not name. */
  readonly message: string;
  readonly kind: 'unknown-field' | 'wrong-type' | 'missing-field' | 'not-allowed';
}

const NONE: readonly never[] = [];

type Fields = Readonly<Record<string, Shape>>;

/** One walk through one object. */
export class Inspection {
  public readonly found: ShapeProblem[] = [];
  private readonly path: (string | number)[] = [];

  /** `native`: whether a field that is null is one that is not there, as in all metadata. */
  public constructor(
    private readonly shared: readonly Shape[],
    private native: boolean,
  ) {}

  public value(given: Shape, value: Json): void {
    const shape = typeof given === 'number' ? this.shared[given] : given;
    // Most of all values are words that may be any.
    if (shape === 'any' || (shape === 'string' && typeof value === 'string')) return;
    if (typeof shape === 'string') this.scalar({ is: shape }, value);
    else if (typeof shape === 'object') this.structured(shape, value);
  }

  private structured(shape: ShapeOf, value: Json): void {
    if (value === null && shape.mayBeNull) return;
    if (shape.fields) this.object(shape, shape.fields, value);
    else if (shape.map !== undefined) this.map(shape, shape.map, value);
    else if (shape.list !== undefined) this.list(shape, shape.list, value);
    else this.scalar(shape, value);
  }

  private object(shape: ShapeOf, fields: Fields, value: Json): void {
    if (!isObject(value)) {
      this.wrongType('an object', value);
      return;
    }
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(fields, key)) this.unknown(shape, key, fields);
      else if (value[key] !== null || !this.native) this.inside(key, fields[key], value[key]);
    }
    for (const name of shape.required ?? NONE) {
      if (!this.holds(value, name)) this.report('missing-field', 'it is missing', name);
    }
    for (const names of shape.atMostOne ?? NONE) this.choice(names, value);
    for (const names of shape.exactlyOne ?? NONE) {
      if (!names.some((name) => this.holds(value, name))) {
        this.report('missing-field', `it needs ${listed(names, 'or')}`);
      }
      this.choice(names, value);
    }
  }

  private holds(value: JsonObject, name: string): boolean {
    return Object.hasOwn(value, name) && (value[name] !== null || !this.native);
  }

  private choice(names: readonly string[], value: JsonObject): void {
    const there = names.filter((name) => this.holds(value, name));
    if (there.length < 2) return;
    this.report('not-allowed', `it may have only one of ${listed(names, 'and')}, not ${listed(there, 'and')}`);
  }

  private map(shape: ShapeOf, values: Shape, value: Json): void {
    if (!isObject(value)) {
      this.wrongType('a map', value);
      return;
    }
    const keys = Object.keys(value);
    this.size(shape, keys.length, 'entries');
    // A label without a value is an empty one to the API server, and to `Manifest` too.
    const lenient = this.native && this.path[0] === 'metadata';
    for (const key of keys) {
      if (value[key] !== null || !lenient) this.inside(key, values, value[key]);
    }
  }

  private list(shape: ShapeOf, items: Shape, value: Json): void {
    if (!isList(value)) {
      this.wrongType('a list', value);
      return;
    }
    this.size(shape, value.length, 'items');
    value.forEach((item, index) => {
      this.inside(index, items, item);
    });
    if (shape.unique) this.repeated(shape.unique, value);
  }

  private repeated(keys: readonly string[], items: readonly Json[]): void {
    const seen = new Map<string, number>();
    items.forEach((item, index) => {
      const id = JSON.stringify(isObject(item) && keys.length > 0 ? keys.map((key) => item[key] ?? null) : item);
      const first = seen.get(id);
      if (first === undefined) seen.set(id, index);
      else this.report('not-allowed', repeats(first, keys), index);
    });
  }

  private size({ min = 0, max = Number.POSITIVE_INFINITY }: ShapeOf, size: number, what: string): void {
    if (size < min) this.report('not-allowed', `it must have at least ${min} ${what}, and has ${size}`);
    if (size > max) this.report('not-allowed', `it may have at most ${max} ${what}, and has ${size}`);
  }

  private scalar(shape: ShapeOf, value: Json): void {
    const problem = scalarProblem(shape, value);
    if (problem) this.report(problem.kind, problem.message);
  }

  private inside(step: string | number, shape: Shape, value: Json): void {
    const { native } = this;
    this.native = native || (this.path.length === 0 && step === 'metadata');
    this.path.push(step);
    this.value(shape, value);
    this.path.pop();
    this.native = native;
  }

  private unknown({ open }: ShapeOf, key: string, fields: Fields): void {
    if (open) return;
    const spec = this.path.length === 0 && Object.hasOwn(fields, 'spec') ? fields.spec : undefined;
    const inSpec = typeof spec === 'number' ? this.shared[spec] : spec;
    const moved = typeof inSpec === 'object' && Object.hasOwn(inSpec.fields ?? {}, key);
    const hint = moved ? ` Did you mean 'spec.${key}'?` : didYouMean(key, Object.keys(fields));
    this.report('unknown-field', `there is no such field.${hint}`, key);
  }

  private wrongType(wanted: string, value: Json): void {
    this.report('wrong-type', `it must be ${wanted}, not ${described(value)}`);
  }

  private report(kind: ShapeProblem['kind'], message: string, ...further: (string | number)[]): void {
    this.found.push({ path: [...this.path, ...further], message, kind });
  }
}

function repeats(first: number, keys: readonly string[]): string {
  return keys.length > 0 ? `it has the same ${keys.join(' and ')} as item ${first}` : `it is the same as item ${first}`;
}
