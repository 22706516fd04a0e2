/** Why something that was read is not taken for what it seems, or not taken at all. */
export interface Problem {
  readonly source: string;
  /** Counted from 0, like that of `Origin`. */
  readonly document?: number;
  /** Counted from 1. */
  readonly line?: number;
  /** Counted from 1. */
  readonly column?: number;
  /** A word that never changes its meaning, for programs and searches. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
}
