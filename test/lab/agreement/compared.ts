import { REFUSED, type Verdict } from './verdicts';

/** One code at one place: who says it. */
export interface Compared {
  readonly code: string;
  readonly object: string;
  readonly by: 'both' | 'theirs' | 'ours';
  readonly message: string;
  readonly rule?: string;
}

/**
 * Of two that are at odds istioctl names both, or the pods, and our rules the one that loses: here it counts that the
 * pair is found.
 */
const OF_PAIRS = new Set([
  ...['IST0109', 'IST0110', 'IST0111', 'IST0116', 'IST0137', 'IST0138', 'IST0145', 'IST0159', 'IST0160', 'IST0177'],
]);

/** Who says what of the same objects. */
export function compare(
  theirs: readonly Verdict[],
  ours: readonly Verdict[],
  claimed: ReadonlySet<string>,
): Compared[] {
  const refused = new Set(
    [...theirs, ...ours].filter(({ codes }) => codes.includes(REFUSED)).map(({ object }) => object),
  );
  // What is refused is in no cluster, and who goes on about it is neither right nor wrong.
  const counts = ({ object, codes }: Verdict) => !refused.has(object) || codes.includes(REFUSED);
  const said = (verdicts: readonly Verdict[]) =>
    new Set(verdicts.flatMap((it) => it.codes.map((code) => `${code} ${placeOf(code, it.object)}`)));
  const [saidByThem, saidByUs] = [said(theirs.filter(counts)), said(ours.filter(counts))];
  const found = new Map<string, Compared>();
  for (const { object, codes, message } of theirs.filter(counts)) {
    for (const code of codes.filter((it) => claimed.has(it))) {
      const place = placeOf(code, object);
      const by = saidByUs.has(`${code} ${place}`) ? 'both' : 'theirs';
      found.set(`${code} ${place}`, { code, object, by, message });
    }
  }
  for (const { object, codes, message, rule } of ours.filter(counts)) {
    if (codes.some((code) => saidByThem.has(`${code} ${placeOf(code, object)}`))) continue;
    const code = codes.join(' or ');
    found.set(`${code} ${object} ${rule}`, { code, object, by: 'ours', message, rule });
  }
  return [...found.values()];
}

function placeOf(code: string, object: string): string {
  const [mark = object] = /x[\da-f]{10}/.exec(object) ?? [];
  return OF_PAIRS.has(code) ? mark : object;
}
