import { LiveMesh } from '../ask';
import { missing, required, tell, toolbox } from '../toolbox';
import { wanted } from '../versions';
import { HELD } from './held';
import { search } from './search';

/*
 * Random rules, random calls: what the simulation says of each, a real istiod and real Envoys have to do.
 *
 * The same ones each time, so that a red test is the fault of what has changed. DIFFERENTIAL_DECISIONS=50000 asks longer,
 * DIFFERENTIAL_SEED asks others.
 */

const MINUTES = 60_000;
const DECISIONS = Number(process.env.DIFFERENTIAL_DECISIONS ?? 3_000);
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 50_001);
/** Whether all that matters has to be among them: other seeds, and fewer decisions, may miss something by chance. */
const ENOUGH = DECISIONS >= 3_000 && process.env.DIFFERENTIAL_SEED === undefined;

/**
 * With its cache, istiod may take the endpoints of a service from all proxies: a proxy whose Sidecar has a listener for
 * one port asks for those of another port, gets none, and that answer is kept for everybody.
 */
const SETTINGS = { PILOT_ENABLE_XDS_CACHE: 'false' };

const lacking = missing();
if (lacking !== undefined && required) throw new Error(`The lab is required, but ${lacking}.`);
const inLab = lacking === undefined ? describe : describe.skip;

inLab.each(wanted())('the simulation and a mesh of Istio %s', (minor) => {
  let mesh: LiveMesh;
  beforeAll(() => {
    mesh = new LiveMesh(toolbox(minor), SETTINGS);
  }, 60 * MINUTES);
  afterAll(async () => await mesh?.close());

  test(
    `say the same of ${DECISIONS} calls`,
    async () => {
      const { coverage, disagreement } = await search(mesh, { seed: SEED, decisions: DECISIONS });
      tell([`has asked with seed ${SEED}: ${coverage.summary}`, ...coverage.lines].join('\n'));
      expect(disagreement).toBeUndefined();
      if (ENOUGH) expect(HELD.filter((field) => !coverage.fields.has(field))).toEqual([]);
      expect(coverage.unknown).toBeLessThan(DECISIONS * 0.05);
      expect(coverage.wavering).toBeLessThan(DECISIONS * 0.005);
    },
    Math.max(5, DECISIONS / 3_000) * MINUTES,
  );
});

if (lacking !== undefined) tell(`SKIPPED: ${lacking}`);
