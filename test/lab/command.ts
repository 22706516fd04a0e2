import { spawnSync } from 'node:child_process';

/** Whether this machine has a program of that name. */
export function found(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

/** What a command of the set-up prints; one that fails is the lab's fault, not that of a test. */
export function run(command: string, args: string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status === 0) return stdout;
  throw new Error(`the lab cannot be set up, ${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}
