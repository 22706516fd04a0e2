import { spawnSync } from 'node:child_process';
import type { Toolbox } from './toolbox';

/** Nothing takes longer unless it hangs. */
const PATIENCE = 10 * 60_000;

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
  /** The first call that failed. */
  readonly detail?: unknown;
}

interface Version {
  readonly part: string;
  readonly version: string;
}

const isFinding = () => true;
const isFine = () => false;

/** A real istiod, Envoy and API server, asked about YAML. */
export class Lab {
  public constructor(private readonly tools: Toolbox) {}

  /** Findings of the CRD schemas, istiod's webhook and all analyzers; `platform` is context only. */
  public check(files: string[], platform: string[] = []): Finding[] {
    const args = ['check', ...files, ...platform.flatMap((file) => ['--platform', file])];
    return this.ask<Finding>(this.tools.lab, args, isFinding);
  }

  /** Findings of an API server that takes these files, and then each of the others over them. */
  public apply(files: string[], ...then: string[]): Finding[] {
    const args = ['check', ...files, ...then.flatMap((file) => ['--then', file])];
    return this.ask<Finding>(this.tools.apiserver, args, isFinding);
  }

  /** Outcomes of real calls through real proxies. */
  public run(scenario: string): Outcome[] {
    return this.ask<Outcome>(this.tools.lab, ['run', scenario, '--envoy', this.tools.envoy], ({ pass }) => !pass);
  }

  /** The versions of all parts. */
  public versions(): string[] {
    const { lab, apiserver, envoy } = this.tools;
    const versions = [
      ...this.ask<Version>(lab, ['versions', '--envoy', envoy], isFine),
      ...this.ask<Version>(apiserver, ['versions'], isFine),
    ];
    return versions.map(({ part, version }) => `${part} ${version}`);
  }

  private ask<Line>(program: string, args: string[], isBad: (line: Line) => boolean): Line[] {
    const options = { encoding: 'utf8', maxBuffer: 1 << 28, timeout: PATIENCE, killSignal: 'SIGKILL' } as const;
    const { status, stdout, stderr, error } = spawnSync(program, args, options);
    // 0: as it should be, 1: findings. Anything else is a fault of the input or of the lab.
    if (status !== 0 && status !== 1) throw new Error(error?.message ?? stderr);
    const lines = stdout.split('\n').filter((line) => line !== '');
    const told = lines.map((line) => JSON.parse(line) as Line);
    if (told.some(isBad) !== (status === 1))
      throw new Error(`${program} ended with ${status} and said ${stdout}${stderr}`);
    return told;
  }
}
