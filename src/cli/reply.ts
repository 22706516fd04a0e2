/** What a command leaves behind. */
export interface Reply {
  /** For standard output. */
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** 0: clean, or allowed. 1: something was found, refused, or cannot be known. 2: the question was wrong. */
export type ExitCode = 0 | 1 | 2;
