import { isList, isObject, type Json } from '../json';

// Strings, each with the colon that makes it a key.
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/**
 * Whether some object in this JSON text has a key twice, which `JSON.parse` does not say, or is deeper than `deepest`:
 * one that it says nothing about is worth a slower look.
 */
export function hasRepeatedKeys(text: string, parsed: Json, deepest: number): boolean {
  let written = 0;
  for (const [, colon] of text.matchAll(STRING)) if (colon) written += 1;
  const open: [value: Json, depth: number][] = [[parsed, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (depth > deepest) return true;
    if (isList(value)) for (const item of value) open.push([item, depth + 1]);
    if (!isObject(value)) continue;
    for (const inner of Object.values(value)) {
      written -= 1;
      open.push([inner, depth + 1]);
    }
  }
  return written !== 0;
}
