/** The fields of all kinds that are looked into. */
export interface Shapes {
  /** The groups of Kubernetes itself: there, `null` is the same as nothing. */
  readonly native: readonly string[];
  /** By `apiVersion`, then by kind: all kinds of these versions. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, Shape>>>>;
  /** What several others hold, by its number. */
  readonly shared: readonly Shape[];
}

/** A word for a value of that type and no further demands; the number of one that is shared. */
export type Shape = Scalar | 'any' | number | ShapeOf;

export type Scalar = 'string' | 'bytes' | 'duration' | 'int' | 'number' | 'bool' | 'intOrString' | 'quantity';

/** An object has `fields`, a map and a list say what they hold, anything else `is` a scalar. */
export interface ShapeOf {
  readonly fields?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  /** It may have more fields. */
  readonly open?: 1;
  readonly atMostOne?: readonly (readonly string[])[];
  readonly exactlyOne?: readonly (readonly string[])[];
  readonly map?: Shape;
  readonly list?: Shape;
  /** The fields by which the items of a list differ; none: the items themselves differ. */
  readonly unique?: readonly string[];
  readonly is?: Scalar;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  /** Of a number its value, of a string its length, of a list or map its size. */
  readonly min?: number;
  readonly max?: number;
  readonly mayBeNull?: 1;
}
