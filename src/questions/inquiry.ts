import { Cluster, type ClusterOptions } from '../manifests/cluster';
import { Lines } from '../manifests/lines';
import type { Manifest, Origin } from '../manifests/manifest';
import type { Path } from '../manifests/path';
import { type Reading, readManifests, type Source } from '../manifests/read';
import { AccessMatrix } from '../simulation/access/access-matrix';
import type { Rpc } from '../simulation/access/rpc';
import { type Apis, rpcsOf } from '../simulation/access/rpcs';
import { Simulation } from '../simulation/simulation';

/** A line that an editor can open. */
export interface Spot {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** Some files, read once, and everything that may be asked about them. */
export class Inquiry {
  /**
   * @param apis what gRPC services have for methods, besides those that the manifests name
   */
  public static of(sources: readonly Source[], options: ClusterOptions = {}, apis: Apis = new Map()): Inquiry {
    return new Inquiry(sources, readManifests(sources), options, apis);
  }

  public readonly cluster: Cluster;
  public readonly simulation: Simulation;
  private readonly lines = new Map<string, Lines>();
  private callable?: readonly Rpc[];
  private matrix?: AccessMatrix;

  private constructor(
    private readonly sources: readonly Source[],
    public readonly reading: Reading,
    options: ClusterOptions,
    public readonly apis: Apis,
  ) {
    this.cluster = Cluster.of(reading.manifests, options);
    this.simulation = Simulation.of(this.cluster);
  }

  /** Everything that can be called, as far as the manifests name it or its API. */
  public get rpcs(): readonly Rpc[] {
    this.callable ??= rpcsOf(this.simulation, this.apis);
    return this.callable;
  }

  /** Who may call what. */
  public get access(): AccessMatrix {
    this.matrix ??= AccessMatrix.of(this.simulation, this.apis);
    return this.matrix;
  }

  /** Where a field of an object is written; where its nearest parent is, if it is not. */
  public spot({ source, document, item }: Origin, path: Path = []): Spot {
    const prefix = item === undefined ? [] : ['items', item];
    return { source, ...this.linesOf(source).at(document, [...prefix, ...path]) };
  }

  /** `dist/shop.k8s.yaml:12`. */
  public place(object: Manifest<unknown>, path: Path = []): string {
    const { source, line } = this.spot(object.origin, path);
    return `${source}:${line}`;
  }

  private linesOf(name: string): Lines {
    const known = this.lines.get(name);
    if (known) return known;
    const lines = new Lines(this.sources.find((source) => source.name === name)?.text ?? '');
    this.lines.set(name, lines);
    return lines;
  }
}
