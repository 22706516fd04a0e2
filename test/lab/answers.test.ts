import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from './lab';

const GOOD = '{"step":"a","expect":"code","pass":true}';
const BAD = '{"step":"b","expect":"code","pass":false}';

describe('of a program that plays a scenario', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lab-answers-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (status: number, ...lines: string[]) => {
    const program = join(folder, 'program');
    const said = lines.map((line) => `echo '${line}'`).join('\n');
    writeFileSync(program, `#!/bin/sh\n${said}\necho sentence >&2\nexit ${status}\n`);
    chmodSync(program, 0o755);
    return new Lab({ lab: program, apiserver: program, envoy: 'envoy', sources: folder }).run('scenario.yaml');
  };

  test('results are believed if its exit status agrees', () => {
    expect(run(0, GOOD)).toEqual([JSON.parse(GOOD)]);
    expect(run(1, GOOD, BAD)).toEqual([JSON.parse(GOOD), JSON.parse(BAD)]);
  });

  test('nothing is believed if it does not', () => {
    expect(() => run(0, BAD)).toThrow('ended with 0');
    expect(() => run(1, GOOD)).toThrow('ended with 1');
    expect(() => run(1)).toThrow('ended with 1');
  });

  test('a fault is not a result', () => {
    expect(() => run(2, GOOD)).toThrow('sentence');
    expect(() => run(137, GOOD)).toThrow('sentence');
  });
});
