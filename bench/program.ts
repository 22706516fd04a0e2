import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What one run of a whole process took. */
export interface Usage {
  /** Seconds of all threads, user and system. */
  readonly cpu: number;
  /** Seconds on the clock. */
  readonly wall: number;
  /** The most memory that it held; unknown for what is not Node. */
  readonly megabytes?: number;
  readonly stdout: string;
}

/** Something that can be run again and again, each time in a fresh process. */
export type Program = () => Usage;

const PROGRAMS = join(__dirname, 'programs');

/** A script of `programs/`, or any other by its path. */
export function node(script: string, ...args: string[]): Program {
  const file = script.includes('/') ? script : join(PROGRAMS, `${script}.js`);
  return () => {
    const begin = process.hrtime.bigint();
    const { stdout, stderr, output, status } = spawnSync(
      process.execPath,
      ['--require', join(PROGRAMS, 'report-usage.js'), file, ...args],
      { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 30 },
    );
    const wall = Number(process.hrtime.bigint() - begin) / 1e9;
    // A check that finds something ends with 1, which is an answer.
    if (status !== 0 && status !== 1) throw new Error(`${script} ended with ${status}: ${stderr}`);
    return { ...(JSON.parse(String(output[3])) as { cpu: number; megabytes: number }), wall, stdout };
  };
}

/** A program that is not Node's. The shell tells what it took. */
export function command(...words: string[]): Program {
  return () => {
    const script = 'TIMEFORMAT="%U %S %R"; time "$@" >/dev/null 2>&1';
    const { stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
    const [user, system, wall] = stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
    if (!(user + system > 0)) throw new Error(`${words[0]} did not run: ${stderr}`);
    return { cpu: user + system, wall, stdout: '' };
  };
}

/** Each program so many times, in turn, so that a slow minute of the machine is everybody's. The first turn counts for nobody. */
export function inTurn<Name extends string>(
  programs: Readonly<Record<Name, Program>>,
  turns: number,
): Record<Name, Usage> {
  const names = Object.keys(programs) as Name[];
  const usages = new Map<Name, Usage[]>(names.map((name) => [name, []]));
  for (let turn = 0; turn <= turns; turn++) {
    for (const name of names) {
      const usage = programs[name]();
      if (turn > 0) usages.get(name)?.push(usage);
    }
  }
  return Object.fromEntries(names.map((name) => [name, medianOf(usages.get(name) ?? [])])) as Record<Name, Usage>;
}

function medianOf(usages: readonly Usage[]): Usage {
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return {
    cpu: median(usages.map(({ cpu }) => cpu)),
    wall: median(usages.map(({ wall }) => wall)),
    megabytes: median(usages.map(({ megabytes = Number.NaN }) => megabytes)),
    stdout: usages[0].stdout,
  };
}
