import { dot } from '../../diagram/dot';
import { mermaid } from '../../diagram/mermaid';
import { pictureOf } from '../../diagram/picture';
import type { Inquiry } from '../../questions/inquiry';
import type { Reply } from '../reply';

export interface DiagramOptions {
  readonly format: 'mermaid' | 'dot';
}

/** A picture of who may call what. */
export function diagram({ access }: Inquiry, { format }: DiagramOptions): Reply {
  const picture = pictureOf(access);
  return { text: format === 'dot' ? dot(picture) : mermaid(picture), exitCode: 0 };
}
