/** For programs: the fields that are documented by their names, two spaces deep. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
