/** `error`: it does not work, or lets in whom nobody meant. `warning`: it will bite. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** Sorts the gravest first. */
export function byGravity(a: Graded, b: Graded): number {
  return GRAVITY[a.severity] - GRAVITY[b.severity];
}

interface Graded {
  readonly severity: Severity;
}

const GRAVITY: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
