import { where } from '../../questions/answers';
import type { Inquiry } from '../../questions/inquiry';
import { refuseNowhere } from '../../questions/namespace-named';
import { type MtlsRow, mtls as report } from '../../simulation/mtls/mtls-report';
import { json } from '../formats/json';
import { csvTable, markdownTable, type Table, textTable } from '../formats/table';
import type { Reply } from '../reply';

export interface MtlsOptions {
  readonly format: 'text' | 'json' | 'csv' | 'markdown';
  readonly namespace?: string;
}

/** Which ports take only encrypted connections, and whom that locks out. */
export function mtls(inquiry: Inquiry, { format, namespace }: MtlsOptions): Reply {
  refuseNowhere([inquiry], namespace);
  const rows = report(inquiry.cluster)
    .rows.filter(({ workload }) => namespace === undefined || workload.namespace === namespace)
    .map((row) => told(inquiry, row));
  const isSafe = rows.every(({ status, lockedOut }) => status === 'encrypted' && lockedOut.length === 0);
  return { text: FORMATS[format](rows), exitCode: isSafe ? 0 : 1 };
}

interface Told {
  readonly workload: string;
  readonly port: number;
  readonly protocol: string;
  readonly mesh: MtlsRow['mesh'];
  readonly status: MtlsRow['status'];
  readonly mode?: string;
  readonly because: readonly string[];
  readonly missing: readonly string[];
  /** Who cannot connect, were they to try, and why. */
  readonly lockedOut: readonly { readonly clients: readonly string[]; readonly because: readonly string[] }[];
}

function told(inquiry: Inquiry, { workload, port, mesh, status, mode, reasons, missing, lockedOut }: MtlsRow): Told {
  const sentence = ({ text, object, path }: MtlsRow['reasons'][number]) =>
    object ? `${text} (${where(inquiry, object, path).place})` : text;
  return {
    workload: workload.id,
    port: port.number,
    protocol: port.protocol,
    mesh,
    status,
    ...(mode && { mode }),
    because: reasons.map(sentence),
    missing,
    lockedOut: lockedOut.map(({ clients, reasons: why }) => ({
      clients: clients.map(({ id }) => id),
      because: why.map(sentence),
    })),
  };
}

const FORMATS: Readonly<Record<MtlsOptions['format'], (rows: readonly Told[]) => string>> = {
  text: (rows) => (rows.length === 0 ? 'No workload has a port.\n' : textTable(table(rows))),
  markdown: (rows) => markdownTable(table(rows)),
  csv: (rows) => csvTable(table(rows)),
  json: (rows) => json({ ports: rows }),
};

function table(rows: readonly Told[]): Table {
  return {
    head: ['workload', 'port', 'protocol', 'mtls', 'mode', 'because', 'locked out'],
    rows: rows.map((row) => [
      row.workload,
      String(row.port),
      row.protocol,
      row.status,
      row.mode ?? '-',
      [...row.because, ...row.missing.map((fact) => `missing: ${fact}`)].join('; '),
      row.lockedOut.flatMap(({ clients }) => clients).join(', ') || '-',
    ]),
  };
}
