import type { App } from 'cdk8s';

/** A manifest as a reader of YAML sees it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests look into every kind of spec
  readonly spec?: any;
  readonly [field: string]: unknown;
}

/** What an app would write, found by kind and name. */
export class Manifests {
  public static of(app: App): Manifests {
    return new Manifests(app.charts.flatMap((chart) => JSON.parse(JSON.stringify(chart.toJson())) as Manifest[]));
  }

  private constructor(public readonly all: Manifest[]) {}

  /** The one manifest of that kind and name; a missing or second one fails the test. */
  public get(kind: string, name: string, namespace?: string): Manifest {
    const found = this.all.filter(
      ({ kind: k, metadata }) =>
        k === kind && metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
    );
    if (found.length === 1) return found[0];
    const names = this.all
      .map(({ kind: k, metadata }) => `${k} ${metadata.namespace ?? ''}/${metadata.name}`)
      .join('\n  ');
    throw new Error(`${found.length} manifests ${kind} ${name}, wanted 1. There are:\n  ${names}`);
  }

  /** All manifests of a kind. */
  public kind(kind: string): Manifest[] {
    return this.all.filter((manifest) => manifest.kind === kind);
  }
}
