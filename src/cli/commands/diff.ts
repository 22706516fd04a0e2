import { where } from '../../questions/answers';
import type { Inquiry } from '../../questions/inquiry';
import { refuseNowhere } from '../../questions/namespace-named';
import { type AccessChange, accessDiff } from '../../simulation/access/access-diff';
import { type AccessMatrix, ask } from '../../simulation/access/access-matrix';
import { json } from '../formats/json';
import { markdownTable } from '../formats/table';
import type { Paint } from '../paint';
import type { Reply } from '../reply';

export interface DiffOptions {
  readonly format: 'text' | 'json' | 'markdown';
  /** Only who may call the services in it. */
  readonly namespace?: string;
}

interface Change extends AccessChange {
  /** What lets the call through from now on. */
  readonly because?: string;
}

/** What a change of manifests grants and revokes. */
export function diff(before: Inquiry, after: Inquiry, { format, namespace }: DiffOptions, paint: Paint): Reply {
  refuseNowhere([before, after], namespace);
  const matrix = after.access;
  const isThere = (change: AccessChange) => namespace === undefined || change.namespace === namespace;
  const found = accessDiff(before.access, matrix).filter(isThere);
  const changes = found.map((change) => ({
    ...change,
    ...(change.after === 'allow' && reasonFor(after, matrix, change)),
  }));
  return { text: FORMATS[format](changes, paint), exitCode: changes.length === 0 ? 0 : 1 };
}

/** The last wall that a call passes, which is the policy that lets it in. */
function reasonFor(after: Inquiry, matrix: AccessMatrix, change: AccessChange): { because?: string } {
  const cell = matrix.cells.find(({ party, rpc }) => party.name === change.party && rpc.name === change.rpc);
  const reasons = cell ? ask(after.simulation, cell.party, cell.rpc).reasons : [];
  const reason = reasons.filter(({ object }) => object).at(-1);
  if (!reason?.object) {
    return {};
  }
  const { object, field, place } = where(after, reason.object, reason.path);
  return { because: [object, field, place].filter((word) => word !== undefined).join(' ') };
}

const FORMATS: Readonly<Record<DiffOptions['format'], (changes: readonly Change[], paint: Paint) => string>> = {
  text: (changes, paint) => {
    const paints = { allow: paint.bad, unknown: paint.doubt, deny: paint.good };
    const lines = changes.map(({ party, rpc, before, after, because }) => {
      const line = `${SIGNS[after]} ${party} -> ${rpc}  (${before} -> ${after})`;
      return `${paints[after](line)}\n${because === undefined ? '' : `    ${because}\n`}`;
    });
    return lines.length === 0
      ? 'Nobody may call anything more or less than before.\n'
      : `${lines.join('')}\n${total(changes)}\n`;
  },
  markdown: (changes) =>
    changes.length === 0
      ? 'Nobody may call anything more or less than before.\n'
      : markdownTable({
          head: ['', 'caller', 'rpc', 'before', 'after', 'because'],
          rows: changes.map((it) => [SIGNS[it.after], it.party, it.rpc, it.before, it.after, it.because ?? '']),
        }),
  json: (changes) => json({ changes }),
};

const SIGNS = { allow: '+', unknown: '?', deny: '-' } as const;

function total(changes: readonly Change[]): string {
  const count = (outcome: Change['after']) => changes.filter(({ after }) => after === outcome).length;
  return `${count('allow')} granted, ${count('unknown')} no longer certain, ${count('deny')} revoked`;
}
