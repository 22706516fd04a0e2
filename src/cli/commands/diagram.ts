import { dot } from '../../diagram/dot';
import { mermaid } from '../../diagram/mermaid';
import { pictureOf } from '../../diagram/picture';
import type { Inquiry } from '../../questions/inquiry';
import { refuseNowhere } from '../../questions/namespace-named';
import type { Cell } from '../../simulation/access/access-matrix';
import type { Reply } from '../reply';

export interface DiagramOptions {
  readonly format: 'mermaid' | 'dot';
  /** Only calls that begin or end in it. */
  readonly namespace?: string;
}

/** A picture of who may call what. */
export function diagram(inquiry: Inquiry, { format, namespace }: DiagramOptions): Reply {
  refuseNowhere([inquiry], namespace);
  const picture = pictureOf({ cells: inquiry.access.cells.filter((cell) => isAt(cell, namespace)) });
  return { text: format === 'dot' ? dot(picture) : mermaid(picture), exitCode: 0 };
}

function isAt({ party: { caller }, rpc }: Cell, namespace: string | undefined): boolean {
  return (
    namespace === undefined ||
    rpc.service.namespace === namespace ||
    (caller.kind === 'workload' && caller.workload.namespace === namespace)
  );
}
