import { callersNamed } from '../../questions/callers-named';
import { type Callable, callersOf } from '../../questions/callers-of';
import type { Inquiry } from '../../questions/inquiry';
import { refuseNowhere } from '../../questions/namespace-named';
import { serviceNamed } from '../../questions/rpcs-named';
import { UNNAMED } from '../../simulation/access/rpc';
import { json } from '../formats/json';
import { csvTable, markdownTable, type Table, textTable } from '../formats/table';
import type { Reply } from '../reply';

export interface MatrixOptions {
  readonly format: 'text' | 'json' | 'csv' | 'markdown';
  /** Only who may call the services in it; with a caller or a service, where that is. */
  readonly namespace?: string;
  /** Only what this caller may call. */
  readonly caller?: string;
  /** Only who may call this service. */
  readonly service?: string;
}

/** Who may call what. */
export function matrix(inquiry: Inquiry, { format, namespace, caller, service }: MatrixOptions): Reply {
  const { simulation } = inquiry;
  const meant = service === undefined ? undefined : serviceNamed(simulation, service, namespace);
  const parties = caller === undefined ? undefined : callersNamed(simulation, caller, namespace).parties;
  const isPart = caller === undefined && service === undefined ? namespace : undefined;
  refuseNowhere([inquiry], isPart);
  const whole = inquiry.access;
  const rows = callersOf(whole, parties).filter(({ rpc, allowed, unknown }) =>
    meant
      ? rpc.service === meant.service && (!meant.port || rpc.port === meant.port)
      : (isPart === undefined || rpc.service.namespace === isPart) && (!parties || allowed.length + unknown.length > 0),
  );
  if (format === 'text' && rows.length === 0) {
    const place = isPart === undefined ? '' : ` in namespace ${isPart}`;
    const text = caller === undefined ? `Nothing${place} can be called.\n` : `${caller} may call nothing.\n`;
    return { text, exitCode: 0 };
  }
  const everybody = (parties ?? whole.parties).map(({ name }) => name);
  return { text: FORMATS[format](rows, new Set(everybody)), exitCode: 0 };
}

const FORMATS: Readonly<
  Record<MatrixOptions['format'], (rows: readonly Callable[], everybody: ReadonlySet<string>) => string>
> = {
  text: (rows, everybody) => textTable(table(rows, everybody)),
  markdown: (rows, everybody) => markdownTable(table(rows, everybody)),
  csv: (rows) =>
    csvTable({
      head: ['caller', 'service', 'port', 'path', 'outcome'],
      rows: rows.flatMap(({ rpc, allowed, unknown }) => {
        const to = [rpc.service.host, String(rpc.port.number), rpc.path ?? ''];
        return [...allowed.map((name) => [name, ...to, 'allow']), ...unknown.map((name) => [name, ...to, 'unknown'])];
      }),
    }),
  json: (rows, everybody) =>
    json({
      callers: [...everybody],
      rpcs: rows.map(({ rpc, allowed, unknown }) => ({
        name: rpc.name,
        service: rpc.service.host,
        port: rpc.port.number,
        path: rpc.path,
        allowed,
        unknown,
      })),
    }),
};

function table(rows: readonly Callable[], everybody: ReadonlySet<string>): Table {
  const named = new Set(rows.filter(({ rpc }) => rpc.path !== UNNAMED).map(({ rpc }) => rpc.port));
  return {
    head: ['service', 'rpc', 'callers'],
    rows: rows.map(({ rpc, allowed, unknown }) => {
      // The name of an RPC is that of its service, and the rest.
      const [service, ...rest] = rpc.name.split(' ');
      const who = allowed.length === everybody.size && everybody.size > 1 ? ['everybody'] : allowed;
      const callers = [...who, ...unknown.map((name) => `${name} (unknown)`)];
      const other = rpc.path === UNNAMED && !named.has(rpc.port) ? 'any path' : rest.join(' ');
      return [service, other || 'the whole port', callers.join(', ') || 'nobody'];
    }),
  };
}
