import type { Terminal } from './terminal';

const SECOND = 1000;

/** A line on standard error that says what takes so long; none within the first second, and none in a log. */
export class Progress {
  private readonly start: number;
  private shown = false;

  public constructor(private readonly terminal: Terminal) {
    this.start = terminal.now();
  }

  /** Says what comes next. */
  public step(text: string): void {
    if (this.terminal.errIsTerminal && this.terminal.now() - this.start > SECOND) {
      this.shown = true;
      this.terminal.err(`${CLEAR}${text} …`);
    }
  }

  public end(): void {
    if (this.shown) {
      this.terminal.err(CLEAR);
    }
  }
}

const CLEAR = '\r\u001b[K';
