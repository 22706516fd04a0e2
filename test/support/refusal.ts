import { MeshError } from '../../src';

/** The MeshError that `attempt` ends in; fails the test if it ends otherwise or lacks one of its four parts. */
export function refusal(attempt: () => unknown): MeshError {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof MeshError)) throw error;
    const lines = error.message.split('\n');
    const [what, why, fix] = lines;
    expect(what).toMatch(/^.+: .+/);
    expect(why).not.toBe('');
    expect(fix).toMatch(/^ {4}\S/);
    expect(lines.at(-1)).toBe(`[${error.code}]`);
    return error;
  }
  throw new Error('nothing was refused');
}
