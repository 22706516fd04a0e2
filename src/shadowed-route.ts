import { MeshError } from './errors';
import { areAmong } from './mesh/onward';
import type { RequestCondition, SpecialCalls } from './mesh/routing';

/** Refuses a route none of whose calls come past those that are asked before it. */
export function refuseShadowed(calls: SpecialCalls, before: SpecialCalls[], where: string): void {
  const pieces = piecesOf(calls);
  const taking = pieces.map((piece) => before.find((first) => takes(first, piece)));
  const firsts = [...new Set(taking)];
  if (firsts.includes(undefined)) return;
  throw shadowed(
    firsts.map((first) => `'${first?.name}'`),
    where,
  );
}

interface Piece {
  readonly calls: SpecialCalls;
  readonly path: string;
  readonly condition: RequestCondition;
}

const ALWAYS: RequestCondition = { metadata: {} };

// Each may be taken by another route.
function piecesOf(calls: SpecialCalls): Piece[] {
  const { paths = ['/'], conditions } = calls;
  const ways = conditions.length > 0 ? conditions : [ALWAYS];
  return paths.flatMap((path) => ways.map((condition) => ({ calls, path, condition })));
}

// What an earlier route leaves alone at the ingress is still there for one that holds at the ingress as well.
function takes(first: SpecialCalls, { calls, path, condition }: Piece): boolean {
  const { port, paths, conditions } = first;
  const comesFromOutside = calls.atIngress && condition.caller === undefined;
  if (comesFromOutside && !first.atIngress) return false;
  if (!areAmong([{ port: calls.port, paths: [path] }], [{ port, paths }])) return false;
  return conditions.length === 0 || conditions.some((wide) => isAsked(wide, condition));
}

// Whether whatever meets the narrow condition meets the wide one.
function isAsked(wide: RequestCondition, narrow: RequestCondition): boolean {
  if (wide.caller && JSON.stringify(wide.caller) !== JSON.stringify(narrow.caller)) return false;
  return Object.entries(wide.metadata).every(
    ([key, match]) => JSON.stringify(match) === JSON.stringify(narrow.metadata[key]),
  );
}

function shadowed(firsts: string[], where: string): MeshError {
  const [first] = firsts;
  return new MeshError({
    code: 'RouteShadowed',
    where,
    what: `no call ever comes to it: ${firsts.join(' and ')} ${firsts.length > 1 ? 'take' : 'takes'} all of them before.`,
    why: 'Routes are asked in the order of their constructs, and the first that matches takes the call.',
    fix: `create it before ${first}, or give that one \`matches\` or \`operations\` of its own`,
  });
}
