import type { Path } from './path';

/** What is wrong inside one document, before anybody has looked up its line. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
  /** Where in the whole text, if it is known. */
  readonly offset?: number;
  /** Where in the document, if that is known instead. */
  readonly path?: Path;
}
