import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describedIn, filesOf, ROOT, runTool } from './support/package';

// What a reader of API.md, or of the hint in an editor, is told. jsii writes it into `.jsii`.

interface Documented {
  readonly name: string;
  readonly docs?: { readonly summary?: string; readonly remarks?: string; readonly default?: string };
}

interface Property extends Documented {
  readonly optional?: boolean;
}

interface Method extends Documented {
  readonly parameters?: Documented[];
}

interface PublicType extends Documented {
  /** Whether it is a bag of props. */
  readonly datatype?: boolean;
  readonly members?: Documented[];
  readonly properties?: Property[];
  readonly methods?: Method[];
  readonly initializer?: Omit<Method, 'name'>;
}

let temporary: string;
let home: string;
let types: PublicType[];

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'cdk8s-grpc-mesh-'));
  home = await describedIn(temporary);
  types = Object.values(JSON.parse(readFileSync(join(home, '.jsii'), 'utf8')).types);
}, 120_000);

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

test('every public type and member says what it is for', () => {
  const all = types.flatMap((type) => [{ path: type.name, docs: type.docs }, ...membersOf(type)]);
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter(({ docs }) => !docs?.summary).map(({ path }) => path)).toEqual([]);
});

test('every parameter of a public constructor, factory or verb is described', () => {
  const all = types.flatMap((type) =>
    callsOf(type).flatMap(({ name, parameters = [] }) =>
      parameters.map((parameter) => ({ path: `${type.name}.${name}(${parameter.name})`, docs: parameter.docs })),
    ),
  );
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter(({ docs }) => !docs?.summary).map(({ path }) => path)).toEqual([]);
});

test('every prop that may be left out says what happens then', () => {
  const all = types
    .filter(({ datatype }) => datatype)
    .flatMap((type) => membersOf(type).filter(({ optional }) => optional));
  expect(all.length).toBeGreaterThan(30);
  const silent = (text: string | undefined) => !text || /^-? *(undefined|null|not set|unset)\.?$/i.test(text);
  expect(all.filter(({ docs }) => silent(docs?.default)).map(({ path }) => path)).toEqual([]);
});

test('every code of a refusal is named where it may happen, and no other', () => {
  const said = types.flatMap(remarksOf).flatMap((text) => text.split('\n\n').filter((part) => /^Refused\b/.test(part)));
  const names = new Set(types.map(({ name }) => name));
  const told = said.flatMap((part) => [...part.matchAll(/`([A-Z]\w+)`/g)].map(([, word]) => word));
  const source = textsOf('src').join('\n');
  expect(unique(told).filter((word) => !names.has(word) && !source.includes(`'${word}'`))).toEqual([]);
  // A finding of the reading half has a code too, but is no refusal.
  const refusals = textsOf('src')
    .filter((text) => /\bMeshError\b|\bRefusal\b|errors'/.test(text))
    .join('\n');
  const thrown = [...refusals.matchAll(/^ *code: .*$/gm)].flatMap(([line]) => [...line.matchAll(/'([A-Z]\w+)'/g)]);
  expect(unique(thrown.map(([, word]) => word)).filter((word) => !told.includes(word))).toEqual([]);
});

test('no line of a comment is longer than 120 characters', () => {
  const long = filesOf(join(ROOT, 'src')).flatMap((file) =>
    readFileSync(join(ROOT, 'src', file), 'utf8')
      .split('\n')
      .flatMap((line, i) => (isTooLong(line) ? [`${file}:${i + 1}`] : [])),
  );
  expect(long).toEqual([]);
});

test('API.md is what jsii-docgen writes', async () => {
  const fresh = join(temporary, 'fresh.md');
  await runTool('jsii-docgen/bin/jsii-docgen', ['-o', fresh], home);
  const written = readFileSync(join(ROOT, 'API.md'), 'utf8').split('\n');
  const wanted = readFileSync(fresh, 'utf8').split('\n');
  const line = wanted.findIndex((text, i) => text !== written[i]);
  // A whole diff would hide the one thing to do: `npx projen docgen`.
  expect({ line, text: written[line] }).toEqual({ line, text: wanted[line] });
  expect(written).toHaveLength(wanted.length);
}, 60_000);

function membersOf({ name, members = [], properties = [], methods = [] }: PublicType) {
  const all: Property[] = [...members, ...properties, ...methods];
  return all.map((member) => ({ ...member, path: `${name}.${member.name}` }));
}

function callsOf({ methods = [], initializer }: PublicType): Method[] {
  return initializer ? [{ ...initializer, name: 'constructor' }, ...methods] : methods;
}

function remarksOf(type: PublicType): string[] {
  return [type, ...membersOf(type)].flatMap(({ docs }) => docs?.remarks ?? docs?.summary ?? []);
}

function textsOf(folder: string): string[] {
  return filesOf(join(ROOT, folder)).map((file) => readFileSync(join(ROOT, folder, file), 'utf8'));
}

/** A link cannot be broken. */
function isTooLong(line: string): boolean {
  return line.length > 120 && /^\s*(\/\*\*|\*|\/\/)/.test(line) && !/@see https:\S+/.test(line);
}

function unique(words: string[]): string[] {
  return [...new Set(words)].sort();
}
