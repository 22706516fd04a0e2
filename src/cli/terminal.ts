/** Where a command is run: all that it sees and changes of the world, but for files. */
export interface Terminal {
  /** Standard output. */
  out(text: string): void;
  /** Standard error. */
  err(text: string): void;
  /** All of standard input. */
  input(): string;
  /** Whether a person reads standard output. */
  readonly outIsTerminal: boolean;
  /** Whether a person reads standard error. */
  readonly errIsTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds, from any begin. */
  now(): number;
  /** Of this program. */
  readonly version: string;
}
