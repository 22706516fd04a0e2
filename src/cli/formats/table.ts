/** Words in rows and columns. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Columns as wide as their widest cell, as `kubectl get` prints them. */
export function textTable({ head, rows }: Table): string {
  const all = [head.map((title) => title.toUpperCase()), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('   ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** A table of GitHub's Markdown. */
export function markdownTable({ head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('\n', '<br>');
}

/** @see https://www.rfc-editor.org/rfc/rfc4180 */
export function csvTable({ head, rows }: Table): string {
  const line = (cells: readonly string[]) => cells.map(quoted).join(',');
  return `${[head, ...rows].map(line).join('\r\n')}\r\n`;
}

/** A cell that begins like a formula is one to a spreadsheet, and the names in it are not ours. */
function quoted(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
