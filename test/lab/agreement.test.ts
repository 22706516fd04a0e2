import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../src/manifests/cluster';
import { type Case, isMeshWide, isolated, markOf } from './agreement/case';
import { type Compared, compare } from './agreement/compared';
import { corpus } from './agreement/corpus';
import { DIFFERENCES, explained } from './agreement/differences';
import { claimed, clusterOf, ours, REFUSED, theirs } from './agreement/verdicts';
import { Lab } from './lab';
import { missing, required, tell, toolbox } from './toolbox';
import { wanted } from './versions';

/*
 * Rules that bear a code of istioctl say what it says: of the same manifests, about the same objects. Where not, a row of
 * DIFFERENCES has the reason.
 *
 * AGREEMENT_WORLDS=5000 asks of more generated worlds, AGREEMENT_SEED of others.
 */

const MINUTES = 60_000;
const WORLDS = Number(process.env.AGREEMENT_WORLDS ?? 300);
const SEED = Number(process.env.AGREEMENT_SEED ?? 7);
const IS_USUAL = process.env.AGREEMENT_WORLDS === undefined && process.env.AGREEMENT_SEED === undefined;

/** More of them take longer than proportionally, fewer need more runs. */
const AT_ONCE = 300;

const lacking = missing();
if (lacking !== undefined && required) throw new Error(`The lab is required, but ${lacking}.`);
if (lacking !== undefined) tell(`SKIPPED, so no rule was compared with istioctl: ${lacking}`);
const inLab = lacking === undefined ? describe : describe.skip;

inLab.each(wanted())('the rules and istioctl analyze of Istio %s', (minor) => {
  const cases = corpus(WORLDS, SEED);
  const names = new Map(cases.map((one) => [markOf(one), one.name]));
  const all: { about: Compared; cluster: Cluster }[] = [];
  const codes = claimed();

  beforeAll(() => {
    const lab = new Lab(toolbox(minor));
    const folder = mkdtempSync(join(tmpdir(), 'agreement-'));
    try {
      for (const bundle of bundles(cases)) {
        const text = bundle.flatMap(isolated).map((object) => JSON.stringify(object));
        const file = join(folder, 'all.yaml');
        writeFileSync(file, text.join('\n---\n'));
        const cluster = clusterOf(text.join('\n---\n'));
        const compared = compare(theirs(lab.check([file])), ours(cluster), new Set(codes));
        all.push(...compared.map((about) => ({ about, cluster })));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60 * MINUTES);

  test('say the same, but for what DIFFERENCES explains', () => {
    tell(`compared ${cases.length} clusters:\n${table(all)}`);
    const odd = all.filter(({ about, cluster }) => about.by !== 'both' && !explained(about, cluster));
    expect(odd.map(({ about }) => spoken(about))).toEqual([]);
  });

  test('every code that a rule bears is said by both, of some manifest', () => {
    const agreed = new Set(all.filter(({ about }) => about.by === 'both').map(({ about }) => about.code));
    expect(codes.filter((code) => !agreed.has(code))).toEqual(NEVER);
  });

  test('nothing that a page prefers is refused', () => {
    const refused = all.filter(({ about }) => about.code === REFUSED && nameOf(about.object).endsWith(': prefer'));
    expect(refused.map(({ about }) => spoken(about))).toEqual([]);
  });

  // Of other worlds a row may have nothing to say.
  (IS_USUAL ? test : test.skip)('every row of DIFFERENCES explains something', () => {
    const used = new Set(all.map(({ about, cluster }) => about.by !== 'both' && explained(about, cluster)));
    expect(DIFFERENCES.filter((row) => !used.has(row)).map(({ code, by, why }) => `${code} ${by}: ${why}`)).toEqual([]);
  });

  function nameOf(object: string): string {
    return names.get(/x[\da-f]{10}/.exec(object)?.[0] ?? '') ?? object;
  }

  function spoken({ by, code, object, rule = '', message }: Compared): string {
    const readable = (text: string) => text.replaceAll(/-x[\da-f]{10}|x[\da-f]{10}\./g, '');
    return `${by} ${code} ${rule} of ${nameOf(object)}, ${readable(object)}: ${readable(message)}`;
  }
});

/** TCP and UDP on one port of a pod are no trouble: PortsInConflict stands for what was meant. */
const NEVER = ['IST0116'];

/** Those that speak to the whole mesh have a cluster of their own. */
function bundles(cases: readonly Case[]): Case[][] {
  const [wide, others] = [cases.filter(isMeshWide), cases.filter((one) => !isMeshWide(one))];
  const count = Math.ceil(others.length / AT_ONCE);
  const parts = Array.from({ length: count }, (_, part) => others.filter((_one, at) => at % count === part));
  return [wide, ...parts];
}

function table(all: readonly { about: Compared }[]): string {
  const rows = new Map<string, Record<Compared['by'], number>>();
  for (const { about } of all) {
    const row = rows.get(about.code) ?? { both: 0, theirs: 0, ours: 0 };
    row[about.by] += 1;
    rows.set(about.code, row);
  }
  const line = (code: string, ...cells: (number | string)[]) =>
    [code.padEnd(28), ...cells.map((cell) => String(cell).padStart(12))].join('');
  const lines = [...rows].sort().map(([code, { both, theirs: alone, ours: own }]) => line(code, both, alone, own));
  return [line('code', 'both', 'istioctl', 'only we'), ...lines].join('\n');
}
