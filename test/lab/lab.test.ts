import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Lab, type Outcome } from './lab';
import { missing, required, type Toolbox, tell, toolbox } from './toolbox';
import { wanted } from './versions';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
const FIXTURES = join(__dirname, 'fixtures');
const TESTDATA = join(__dirname, 'testdata');
const MINUTES = 60_000;

const lacking = missing();
if (lacking !== undefined && required) throw new Error(`The lab is required, but ${lacking}.`);
if (lacking !== undefined) tell(`SKIPPED, so nothing was shown to a real istiod, Envoy and API server: ${lacking}`);
const inLab = lacking === undefined ? describe : describe.skip;

inLab.each(wanted())('a real istiod of Istio %s, a real Envoy and a real API server', (minor) => {
  let tools: Toolbox;
  let lab: Lab;
  beforeAll(() => {
    tools = toolbox(minor);
    lab = new Lab(tools);
    tell(`runs ${lab.versions().join(', ')}`);
  }, 60 * MINUTES);

  test('are of the minor that versions.ts says', () => {
    expect(lab.versions()).toContain(`Istio ${minor}`);
  });

  describe.each(foldersIn(EXAMPLES))('take examples/%s:', (name) => {
    const file = (of: string) => join(EXAMPLES, name, of);

    test('every checker is silent', () => {
      expect(lab.check([file('expected.yaml')], platformOf(file('scenario.yaml')))).toEqual([]);
    });

    test(
      'the API server applies every object without a warning',
      () => {
        expect(lab.apply([file('expected.yaml')])).toEqual([]);
      },
      MINUTES,
    );

    test(
      'traffic does what its scenario says',
      () => {
        expectAll(lab.run(file('scenario.yaml')));
      },
      5 * MINUTES,
    );
  });

  describe.each(foldersIn(FIXTURES))('take fixtures/%s:', (name) => {
    const folder = join(FIXTURES, name);
    let written: string[] = [];
    beforeAll(() => {
      written = synthesize(folder);
    }, MINUTES);

    test('every checker is silent, but for what the opt-outs of the fixture cost', () => {
      const findings = lab.check(written, platformOf(join(folder, 'scenario.yaml')));
      expect(findings.map(({ object, code }) => ({ object, code }))).toEqual(expectedFindings(folder));
    });

    test(
      'the API server applies every object without a warning',
      () => {
        expect(lab.apply(written)).toEqual([]);
      },
      MINUTES,
    );

    test.each(readdirSync(folder).filter((file) => file.endsWith('scenario.yaml')))(
      'traffic does what its %s says',
      (scenario) => {
        expectAll(lab.run(join(folder, scenario)));
      },
      5 * MINUTES,
    );
  });

  test(
    'the API server takes a canary and its end over running services, without touching what cannot change',
    () => {
      const [canaries] = synthesize(join(FIXTURES, 'canary'));
      const steady = join(canaries, '..', 'steady', 'canary.k8s.yaml');
      expect(lab.apply([steady], canaries, steady)).toEqual([]);
    },
    MINUTES,
  );

  // A lab that has gone blind would find every manifest good.
  describe('see', () => {
    const scenarios = readdirSync(TESTDATA).filter((name) => name.endsWith('.scenario.yaml'));

    test.each(scenarios)(
      'what testdata/%s says, traps included',
      (name) => {
        expectAll(lab.run(join(TESTDATA, name)));
      },
      5 * MINUTES,
    );

    test(
      'every wall of testdata/alarms that is broken, and nothing else',
      () => {
        const failed: Record<string, string[]> = {};
        for (const { variant = '', step, expect, pass } of lab.run(join(TESTDATA, 'alarms', 'alarms.yaml'))) {
          failed[variant] ??= [];
          if (!pass) failed[variant].push(`${step}: ${expect}`);
        }
        const file = join(TESTDATA, 'alarms', 'failures.json');
        expect(failed).toEqual(JSON.parse(readFileSync(file, 'utf8')));
      },
      5 * MINUTES,
    );

    test.each(['manifest', 'mesh', 'apiserver'])(
      'what the tests of the module %s say',
      (module) => {
        const { status, stdout, stderr } = spawnSync('go', ['test', './...'], {
          cwd: join(tools.sources, module),
          encoding: 'utf8',
          timeout: 30 * MINUTES,
        });
        expect(`${status === 0 ? 'ok' : stdout + stderr}`).toBe('ok');
      },
      30 * MINUTES,
    );
  });
});

// One without a scenario is forgotten by nobody: its tests fail.
function foldersIn(parent: string): string[] {
  const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name);
}

// What the cluster of a scenario brings along, from its line `platform: [a.yaml, b.yaml]`. No YAML library here reads a
// file with so many aliases, so other ways to write it are refused.
function platformOf(scenario: string): string[] {
  const text = readFileSync(scenario, 'utf8');
  const [, list] = /^platform: \[(.+)\]$/m.exec(text) ?? [];
  if (list === undefined && /^["']?platform\b/m.test(text))
    throw new Error(`${scenario}: write platform: [FILE, FILE]`);
  return (list?.split(/, */) ?? []).map((name) => join(scenario, '..', name));
}

function expectedFindings(folder: string): unknown[] {
  const file = join(folder, 'findings.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

function synthesize(folder: string): string[] {
  const dist = join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const { status, stdout, stderr } = spawnSync('npx', ['tsx', 'main.ts'], {
    cwd: folder,
    env: { ...process.env, CDK8S_OUTDIR: 'dist' },
    encoding: 'utf8',
    timeout: MINUTES,
  });
  if (status !== 0) throw new Error(stdout + stderr);
  const files = readdirSync(dist).filter((name) => name.endsWith('.yaml'));
  return files.map((name) => join(dist, name));
}

function expectAll(outcomes: Outcome[]): void {
  expect(outcomes.length).toBeGreaterThan(0);
  expect(outcomes.filter(({ pass }) => !pass)).toEqual([]);
}
