import { posix } from 'node:path';
import { type Import, type SourceFacts, sourceFacts } from './source-facts';

/** A row of the table: some files, and all that they may import and do. */
export interface Room {
  /** `values/`, `mesh/mesh.ts`, `*.ts`; a star is one name, that of a mesh when it is a folder. */
  readonly files: string;
  readonly ours: string[];
  readonly packages: string[];
  readonly acts: string[];
}

/**
 * Reads `| files | in one word | of ours | of others | may also |`. Rows about the same files add up.
 *
 * `type x`: only what is erased when compiled. `lazy x`: that, or loaded by a function. `x (A, B)`: only these names.
 */
export function readRooms(...tables: string[]): Room[] {
  const rooms = new Map<string, Room>();
  for (const line of tables.join('\n').split('\n')) {
    const cells = line.split('|').map((cell) => cell.replaceAll('`', '').trim());
    if (cells.length !== 7 || cells[1] === 'files' || cells[1].startsWith('-')) continue;
    const [, files, , ...lists] = cells;
    const [ours, packages, acts] = lists.map((cell) => cell.split(/,\s*(?![^(]*\))/).filter((item) => item !== ''));
    const before = rooms.get(files) ?? { files, ours: [], packages: [], acts: [] };
    rooms.set(files, {
      files,
      ours: [...before.ours, ...ours],
      packages: [...before.packages, ...packages],
      acts: [...before.acts, ...acts],
    });
  }
  return [...rooms.values()];
}

/** Where the files of `src/` break the rules of the house, one sentence each; none when all is well. */
export function violations(rooms: Room[], files: Record<string, string>): string[] {
  const found: string[] = [];
  const facts = new Map(Object.entries(files).map(([file, text]) => [file, sourceFacts(file, text)]));
  for (const [file, { imports, deeds }] of facts) {
    const here = placeOf(rooms, file);
    if (!here) {
      found.push(`${file} lies in no folder of the table`);
      continue;
    }
    for (const one of imports) {
      const refusal = refuses(rooms, here, file, one, facts);
      if (refusal) found.push(`${file}:${one.line} ${refusal}`);
    }
    for (const { act, line, words } of deeds) {
      if (!here.room.acts.includes(act)) found.push(`${file}:${line} ${SENTENCES[act]}: ${words}`);
    }
  }
  return [...found, ...cycles(facts)];
}

const SENTENCES = {
  print: 'prints',
  exit: 'ends the process',
  environment: 'reads the environment',
  clock: 'looks at the clock',
  chance: 'rolls dice',
  state: 'keeps state in the module',
  run: 'does something when it is loaded',
  dependency: 'makes constructs depend on each other',
};

interface Place {
  readonly room: Room;
  /** Which mesh, in a row whose folder is a star. */
  readonly mesh?: string;
}

/** The most exact row that fits: fewest stars, then the longest. */
function placeOf(rooms: Room[], file: string): Place | undefined {
  const stars = ({ files }: Room) => files.split('*').length;
  const [best] = rooms
    .map((room) => ({ room, match: pattern(room.files).exec(file) }))
    .filter(({ match }) => match !== null)
    .sort((a, b) => stars(a.room) - stars(b.room) || b.room.files.length - a.room.files.length);
  return best && { room: best.room, mesh: best.match?.[1] };
}

function pattern(files: string): RegExp {
  const body = files.replaceAll('.', '\\.').replaceAll('*/', '([^/]+)/').replaceAll('*', '[^/]+');
  return new RegExp(`^${body}${files.endsWith('/') ? '.+' : ''}$`);
}

function refuses(
  rooms: Room[],
  here: Place,
  file: string,
  one: Import,
  facts: ReadonlyMap<string, SourceFacts>,
): string | undefined {
  const { specifier } = one;
  if (specifier === undefined) return 'imports a name that is computed';
  if (!specifier.startsWith('.')) return refusesPackage(here.room, specifier, one);
  const target = resolve(file, specifier, facts);
  if (target === undefined) return `imports '${specifier}', which is not in src/`;
  const there = placeOf(rooms, target);
  if (!there) return undefined;
  const words = `imports ${target}`;
  if (here.mesh !== undefined && there.mesh !== undefined && here.mesh !== there.mesh) {
    return `${words}: ${here.mesh} may not know ${there.mesh}`;
  }
  if (there.room === here.room) return undefined;
  const permission = here.room.ours.map(readPermission).find(({ subject }) => subject === there.room.files);
  return permission
    ? refusesLoad(permission, words, one)
    : `${words}: ${here.room.files} may not import ${there.room.files}`;
}

function refusesPackage(room: Room, specifier: string, one: Import): string | undefined {
  const words = `imports '${specifier}'`;
  const permission = room.packages
    .map(readPermission)
    .find(({ subject }) => specifier === subject || specifier.startsWith(`${subject}/`));
  if (!permission) return `${words}: ${room.files} may not`;
  const excess = permission.names && one.names.filter((name) => !permission.names?.includes(name));
  if (excess?.length) return `${words} for ${excess.join(', ')}: ${room.files} may use only ${permission.names}`;
  return refusesLoad(permission, words, one);
}

interface Permission {
  readonly load?: string;
  readonly subject: string;
  readonly names?: string[];
}

function readPermission(text: string): Permission {
  const [, load, subject, names] = /^(?:(type|lazy) )?(\S+)(?: \((.+)\))?$/.exec(text) ?? [];
  if (subject === undefined) throw new Error(`the table says '${text}', which nobody understands`);
  return { load, subject, names: names?.split(/,\s*/) };
}

function refusesLoad(permission: Permission, words: string, { load }: Import): string | undefined {
  if (permission.load === 'type' && load !== 'type') return `${words}: only its types are allowed here`;
  if (permission.load === 'lazy' && load === 'value') return `${words}: only a function may load it, on first use`;
  return undefined;
}

function resolve(file: string, specifier: string, facts: ReadonlyMap<string, SourceFacts>): string | undefined {
  const path = posix.join(posix.dirname(file), specifier);
  return [path, `${path}.ts`, path.replace(/\.js$/, '.ts'), posix.join(path, 'index.ts')].find((at) => facts.has(at));
}

type Graph = ReadonlyMap<string, string[]>;

/** Circles of imports that are there when the program runs, then those that only types close. */
function cycles(facts: ReadonlyMap<string, SourceFacts>): string[] {
  const running = circlesOf(graph(facts, ({ load }) => load !== 'type'));
  const typed = circlesOf(graph(facts, () => true)).filter((circle) => !running.includes(circle));
  return [
    ...running.map((circle) => `${circle} is a circle`),
    ...typed.map((circle) => `${circle} is a circle of types`),
  ];
}

function graph(facts: ReadonlyMap<string, SourceFacts>, counts: (one: Import) => boolean): Graph {
  return new Map(
    [...facts].map(([file, { imports }]) => [
      file,
      imports
        .filter(counts)
        .map(({ specifier }) => specifier?.startsWith('.') && resolve(file, specifier, facts))
        .filter((target) => typeof target === 'string'),
    ]),
  );
}

/** The shortest circle through each file, told from its first file in the alphabet, each once. */
function circlesOf(edges: Graph): string[] {
  const circles = [...edges.keys()].map((file) => wayBack(edges, file)).filter((way) => way !== undefined);
  const told = circles.map((way) => {
    const first = way.indexOf([...way].sort()[0]);
    const turned = [...way.slice(first), ...way.slice(0, first)];
    return [...turned, turned[0]].join(' → ');
  });
  return [...new Set(told)].sort();
}

function wayBack(edges: Graph, start: string): string[] | undefined {
  const seen = new Set<string>();
  let ways = [[start]];
  while (ways.length > 0) {
    const longer: string[][] = [];
    for (const way of ways) {
      for (const next of edges.get(way[way.length - 1]) ?? []) {
        if (next === start) return way;
        if (seen.has(next)) continue;
        seen.add(next);
        longer.push([...way, next]);
      }
    }
    ways = longer;
  }
  return undefined;
}
