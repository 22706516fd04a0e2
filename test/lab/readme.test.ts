import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (file: string) => readFileSync(join(__dirname, file), 'utf8');
const readme = read('README.md');

describe('the README knows', () => {
  const words = ['scenario/file.go', 'echo/instructions.go'].flatMap((file) => tagsOf(join('mesh', file)));

  test.each([...new Set(words)])('the word %s of a scenario', (word) => {
    const [, scenarios] = /^## Scenarios\n(.*?)^## /ms.exec(readme) ?? [];
    expect(scenarios).toMatch(new RegExp(`\\b${word}\\b`));
  });

  test('the shape of a finding', () => {
    expect(readme).toContain(`{${tagsOf('manifest/finding.go').join(', ')}}`);
  });

  test('the shape of a result', () => {
    expect(readme).toContain(`{${tagsOf('mesh/scenario/result.go').join(', ')}}`);
  });

  test.each(['mesh', 'apiserver'])('every command of %s, with its flags', (module) => {
    const [, usage] = /^const usage = `usage:\n(.*?)`/ms.exec(read(join(module, 'main.go'))) ?? [];
    const commands = (usage ?? '').trim().split('\n');
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands) {
      const [program, verb, ...rest] = command.trim().split(/\s+/);
      const line = readme.split('\n').find((known) => `${known} `.startsWith(`${program} ${verb} `));
      for (const flag of rest.join(' ').match(/--[a-z]+/g) ?? []) expect(line).toContain(flag);
      expect({ command, line }).toEqual({ command, line: expect.any(String) });
    }
  });
});

/** The words of JSON that types of a Go file have. */
function tagsOf(file: string): string[] {
  const tags = [...read(file).matchAll(/`json:"(\w+)/g)].map(([, word]) => word);
  expect(tags.length).toBeGreaterThan(0);
  return tags;
}
