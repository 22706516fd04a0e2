import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze, type Report } from '../../src/analysis/analyze';
import type { Finding } from '../../src/analysis/finding';
import type { Rule } from '../../src/analysis/rule';
import * as register from '../../src/analysis/rules';
import { Cluster } from '../../src/manifests/cluster';
import { Lines } from '../../src/manifests/lines';
import { readManifests } from '../../src/manifests/read';

const { RULES } = register;
const FOLDER = join(__dirname, '../../src/analysis/rules');

function check(text: string): Report {
  const { manifests, problems } = readManifests([{ name: 'page.yaml', text }]);
  expect(problems).toEqual([]);
  return analyze(Cluster.of(manifests), RULES);
}

function found(text: string, code: string): readonly Finding[] {
  const { findings, suppressed } = check(text);
  return [...findings, ...suppressed.map(({ finding }) => finding)].filter((finding) => finding.code === code);
}

function fileOf(code: string): string {
  return `${code.replaceAll(/(?!^)[A-Z]/g, (capital) => `-${capital}`).toLowerCase()}.ts`;
}

/** How many steps of a path lead to something that is there. */
function depthIn(object: unknown, path: readonly (string | number)[]): number {
  let inside = object;
  for (const [depth, step] of path.entries()) {
    inside = (inside as Record<string | number, unknown> | undefined)?.[step];
    if (inside === undefined || inside === null) return depth;
  }
  return path.length;
}

describe.each(RULES.map((rule) => [rule.code, rule] as const))('%s', (code, rule) => {
  const { given, why, unless, see } = rule.page;
  const [avoid, prefer] = [rule.page.avoid, rule.page.prefer].map((text) => (given ? `${given}---\n${text}` : text));

  test('finds what its page says to avoid', () => {
    expect(found(avoid, code)).not.toEqual([]);
  });

  test('is silent about what its page prefers', () => {
    expect(found(prefer, code)).toEqual([]);
  });

  test('prefers what no rule finds anything wrong with', () => {
    const { findings } = check(prefer);
    expect(findings.filter(({ severity }) => severity !== 'info').map((it) => `${it.code}: ${it.message}`)).toEqual([]);
  });

  test('says where, with the line', () => {
    const lines = new Lines(avoid);
    const { manifests } = readManifests([{ name: 'page.yaml', text: avoid }]);
    for (const { origin, path } of found(avoid, code)) {
      expect(origin.source).toBe('page.yaml');
      expect(lines.at(origin.document, path).line).toBeGreaterThan(0);
      const { body } = manifests[origin.document];
      // The field itself or, of one that is missing, the object that should have it.
      expect(depthIn(body, path)).toBeGreaterThanOrEqual(path.length - 1);
    }
  });

  test('says what is there and what to do', () => {
    for (const { message, fix } of found(avoid, code)) {
      expect(message).toMatch(/^\S.*\S$/);
      expect(message.length).toBeLessThan(400);
      expect(fix.trim()).not.toBe('');
      expect(`${message} ${fix}`).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  test('has a page', () => {
    expect(why.length).toBeGreaterThan(40);
    expect(unless.trim()).not.toBe('');
    expect(see.length).toBeGreaterThan(0);
    for (const link of see) expect(link).toMatch(/^https:\/\/[\w.-]+\/\S*( \(\w+\))?$/);
    expect(rule.summary).toMatch(/^[A-Z][^\n]{10,140}[^.\n]$/);
  });

  test('finds nothing of a severity that it does not tell', () => {
    const source = readFileSync(join(FOLDER, fileOf(code)), 'utf8');
    const written = [...source.matchAll(/severity: [^\n]*/g)].flatMap(
      ([line]) => line.match(/error|warning|info/g) ?? [],
    );
    expect([...new Set(written)].sort()).toEqual([rule.severity, ...Object.keys(rule.otherwise ?? {})].sort());
    for (const when of Object.values(rule.otherwise ?? {})) expect(when).toMatch(/^[a-z][^\n]{10,80}[^.\n]$/);
  });

  test('has a file of its own, named as it is', () => {
    expect(existsSync(join(FOLDER, fileOf(code)))).toBe(true);
    const constant = code.charAt(0).toLowerCase() + code.slice(1);
    expect(require(join(FOLDER, fileOf(code)))[constant]).toBe(rule);
  });
});

describe('the register', () => {
  const codes = RULES.map(({ code }: Rule) => code);

  test('holds each code once, in PascalCase', () => {
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^([A-Z][a-z0-9]+)+$/);
  });

  test('has aliases only of tools that it names', () => {
    for (const { aliases } of RULES) {
      for (const alias of aliases) expect(alias).toMatch(/^(IST0|KIA[01])\d{3}$/);
      expect(new Set(aliases).size).toBe(aliases.length);
    }
  });

  test('holds the rule of every file', () => {
    const files = readdirSync(FOLDER).filter((file) => file !== 'index.ts');
    expect(RULES).toHaveLength(files.length);
  });
});
