import { spawnSync } from 'node:child_process';
import type { Toolbox } from './toolbox';

/** What a checker has to say about an object. */
export interface Finding {
  readonly source: string;
  readonly level: string;
  readonly object: string;
  /** Path of the construct that wrote it. */
  readonly path?: string;
  readonly code: string;
  readonly message: string;
}

/** What a scenario wanted of a step, and what it got. */
export interface Outcome {
  readonly variant?: string;
  readonly step: string;
  readonly expect: string;
  readonly pass: boolean;
  readonly want?: unknown;
  readonly got?: unknown;
  readonly detail?: string;
}

/** A real istiod, Envoy and API server, asked about YAML. */
export class Lab {
  public constructor(private readonly tools: Toolbox) {}

  /** Findings of the CRD schemas, istiod's webhook and all analyzers; `platform` is context only. */
  public check(files: string[], platform: string[] = []): Finding[] {
    return this.ask<Finding>(this.tools.lab, ['check', ...files, ...platform.flatMap((file) => ['--platform', file])]);
  }

  /** Findings of an API server that takes these files, and then each of the others over them. */
  public apply(files: string[], ...then: string[]): Finding[] {
    return this.ask<Finding>(this.tools.apiserver, ['check', ...files, ...then.flatMap((file) => ['--then', file])]);
  }

  /** Outcomes of real calls through real proxies. */
  public run(scenario: string): Outcome[] {
    return this.ask<Outcome>(this.tools.lab, ['run', scenario, '--envoy', this.tools.envoy]);
  }

  /** The versions of all parts. */
  public versions(): string {
    const { stdout } = spawnSync(this.tools.lab, ['versions'], { encoding: 'utf8' });
    const { stdout: envoy } = spawnSync(this.tools.envoy, ['--version'], { encoding: 'utf8' });
    return [...stdout.trim().split('\n'), envoy.trim()].join(', ');
  }

  private ask<Line>(program: string, args: string[]): Line[] {
    const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
    // 0: as it should be, 1: findings. Anything else is a fault of the input or of the lab.
    if (status !== 0 && status !== 1) throw new Error(error?.message ?? stderr);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Line);
  }
}
