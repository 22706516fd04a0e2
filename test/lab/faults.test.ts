import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missing, required, type Toolbox, toolbox } from './toolbox';
import { wanted } from './versions';

const MINUTES = 60_000;
const TESTDATA = join(__dirname, 'testdata');
const PLATFORM = [join(TESTDATA, 'platform.yaml'), join(TESTDATA, 'strangers.yaml')];

const CALL = {
  name: 'call',
  from: 'shop/web',
  to: 'greeter.shop.svc.cluster.local:50051',
  method: '/demo.Greeter/SayHello',
  expect: { code: 'OK' },
};
const LONG = { ...CALL, name: 'long', method: '/demo.Greeter/Chat', kind: 'bidi-stream', messages: 60, interval: '1s' };

const lacking = missing();
if (lacking !== undefined && required) throw new Error(`The lab is required, but ${lacking}.`);
const inLab = lacking === undefined ? describe : describe.skip;

inLab.each(wanted())('with Istio %s', (minor) => {
  let tools: Toolbox;
  let folder: string;
  beforeAll(() => {
    tools = toolbox(minor);
    folder = mkdtempSync(join(tmpdir(), 'lab-faults-'));
  }, 60 * MINUTES);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // JSON is YAML.
  const scenario = (calls: object[], more: object = {}) => {
    const file = join(folder, 'scenario.yaml');
    const content = { manifests: [join(TESTDATA, 'shop.yaml')], platform: PLATFORM, calls, ...more };
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const lab = (args: string[], env: NodeJS.ProcessEnv = {}) => {
    const options = { encoding: 'utf8', timeout: MINUTES, env: { ...process.env, ...env } } as const;
    const { status, stderr } = spawnSync(tools.lab, args, options);
    return { status, stderr };
  };
  const run = (...calls: object[]) => lab(['run', scenario(calls), '--envoy', tools.envoy]);
  const fault = (...parts: string[]) => ({ status: 2, stderr: expect.stringMatching(parts.map(literal).join('.*')) });

  describe('a fault of the input, or of the lab, is no result:', () => {
    test.each<[string, object, string[]]>([
      ['a caller that does not exist', { from: 'shop/wed' }, ['"shop/wed"']],
      [
        'a Service that does not exist',
        { to: 'gretter.shop.svc.cluster.local:50051' },
        ['there is no Service gretter'],
      ],
      [
        'a pod to fail that does not exist',
        { server: { fail: 'INTERNAL', pod: 'shop/greeter-9' } },
        ['server.pod', 'greeter-9'],
      ],
      [
        'counters of a pod without a proxy',
        { expect: { stats: [{ of: 'legacy/plain', name: 'x', atLeast: 1 }] } },
        ['no proxy'],
      ],
      [
        'an interruption that comes after the end',
        { during: { at: '300ms', do: [{ kill: 'shop/web' }] } },
        ['was over before'],
      ],
    ])('%s', (_, change, parts) => {
      expect(run({ ...CALL, ...change })).toEqual(fault('scenario.yaml: call: ', ...parts));
    });

    test.each(['unknown-enum', 'unknown-kind', 'second-object', 'no-base64'])(
      'manifests that no cluster takes: %s.yaml',
      (name) => {
        const file = join(TESTDATA, 'broken', `${name}.yaml`);
        const manifests = [join(TESTDATA, 'shop.yaml'), file];
        const { status, stderr } = lab(['run', scenario([CALL], { manifests }), '--envoy', tools.envoy]);
        expect({ status, stderr }).toEqual(fault(`${file}: `, ' shop/', ': '));
        expect(stderr.trim().split('\n')).toHaveLength(1);
      },
    );

    test('an Envoy that does not run', () => {
      const answer = lab(['run', scenario([CALL]), '--envoy', '/bin/true']);
      expect(answer).toEqual(fault('Envoy of ', 'ended, exit status 0'));
    });

    test('what is to be dumped', () => {
      const dump = (...args: string[]) => lab(['dump', scenario([CALL]), '--envoy', tools.envoy, ...args]);
      expect(dump('--of', 'shop/wed')).toEqual(fault('no workload "shop/wed"'));
      expect(dump('--variant', 'al')).toEqual(fault('no variant "al"'));
    });

    test('a program to build', () => {
      expect(spawnSync('sh', [join(tools.sources, 'build.sh'), folder, 'lap']).status).toBe(2);
      expect(readdirSync(folder)).not.toContain('lap');
    });
  });

  test(
    'an Envoy that ends behind the scenario ends the run, instead of looking like a refusal',
    async () => {
      const refused = { ...LONG, messages: 4, expect: { code: ['OK', 'UNAVAILABLE', 'INTERNAL'] } };
      const child = start(tools.lab, ['run', scenario([CALL, refused]), '--envoy', tools.envoy]);
      await child.said;
      const envoys = descendants(child.pid).filter(({ command }) => command.includes('/greeter-0.shop.json'));
      expect(envoys).toHaveLength(1);
      process.kill(envoys[0].pid, 'SIGKILL');
      expect(await child.ended).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('Envoy of shop/greeter-0'),
      });
    },
    MINUTES,
  );

  test.each<[NodeJS.Signals, number | null]>([
    ['SIGINT', 130],
    ['SIGTERM', 130],
    ['SIGHUP', null],
    ['SIGKILL', null],
  ])(
    'after %s nothing is left of a run',
    async (signal, status) => {
      const before = world();
      const args = ['run', scenario([CALL, LONG]), '--envoy', tools.envoy];
      const child = start(tools.lab, args);
      await child.said;
      const all = descendants(child.pid);
      expect(all.filter(({ command }) => command.includes('envoy-')).length).toBeGreaterThan(2);
      process.kill(child.pid, signal);
      expect(await child.ended).toMatchObject({ status });
      await until(() => all.every(({ pid }) => !lives(pid)));
      expect(world()).toEqual(before);
    },
    MINUTES,
  );

  test.each<[NodeJS.Signals, number]>([
    ['SIGTERM', 0],
    ['SIGINT', 1000],
    ['SIGHUP', 2000],
  ])(
    'after %s, %i ms from its start, nothing is left of an API server',
    async (signal, wait) => {
      const TMPDIR = mkdtempSync(join(folder, 'tmp-'));
      const child = start(tools.apiserver, ['check', join(TESTDATA, 'shop.yaml')], { TMPDIR });
      await until(() => readdirSync(TMPDIR).length > 0);
      await new Promise((resolve) => setTimeout(resolve, wait));
      process.kill(child.pid, signal);
      expect(await child.ended).toMatchObject({ status: 130 });
      expect(readdirSync(TMPDIR)).toEqual([]);
    },
    MINUTES,
  );
});

interface Started {
  readonly pid: number;
  /** Resolves with the first output. */
  readonly said: Promise<unknown>;
  readonly ended: Promise<{ status: number | null; stderr: string }>;
}

function start(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Started {
  const child: ChildProcess = spawn(program, args, { env: { ...process.env, ...env } });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<{ status: number | null; stderr: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stderr }));
  });
  const said = Promise.race([
    new Promise((resolve) => child.stdout?.once('data', resolve)),
    ended.then(({ stderr }) => Promise.reject(new Error(`it ended before it said anything: ${stderr}`))),
  ]);
  said.catch(() => undefined); // not everybody waits for it
  return { pid: child.pid ?? 0, said, ended };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Processes that began below one; other people's are none of our business. */
function descendants(root: number): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const all = pids.flatMap((pid): Process[] => {
    try {
      const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
      return [{ pid: Number(pid), parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }];
    } catch {
      return []; // it has just ended
    }
  });
  const below = new Set([root]);
  for (let size = 0; size < below.size; ) {
    size = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
  }
  return all.filter(({ pid }) => pid !== root && below.has(pid));
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What a run could leave in this machine: network devices, and folders that are mounted over. */
function world(): object {
  return {
    devices: readdirSync('/sys/class/net'),
    run: readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => / \/(run|proc) /.test(line)),
  };
}

async function until(done: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !done(); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() > end) throw new Error('it has not come to pass within 20 s');
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
