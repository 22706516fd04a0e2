import type { Terminal } from './terminal';

/** Colours; none of them where nobody sees them, or somebody does not want them. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  doubt(text: string): string;
  faint(text: string): string;
}

/** @see https://no-color.org */
export function paintFor({ outIsTerminal, environment }: Terminal): Paint {
  const isWanted = outIsTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb';
  const paint = (code: number) => (text: string) => (isWanted ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { good: paint(32), bad: paint(31), doubt: paint(33), faint: paint(2) };
}
