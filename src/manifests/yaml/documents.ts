/** One YAML document of a text: `text.slice(start, end)`, without the separators. */
export interface Document {
  readonly start: number;
  readonly end: number;
  /** What stands on the line of the `---` above it. */
  readonly heading: string;
}

const BYTE_ORDER_MARK = '\uFEFF';
const SEPARATOR = '---';

/**
 * The documents of a text that hold more than blanks and comments, cut as `kubectl` cuts: at every line that begins
 * with `---`. So one that cannot be parsed does not take the others with it.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/v0.35.4/pkg/util/yaml/decoder.go
 */
export function documentsOf(text: string): Document[] {
  const documents: Document[] = [];
  let start = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  let heading = '';
  while (start < text.length || !isComment(heading)) {
    const end = separatorAt(text, start);
    if (!isComment(heading) || holdsSomething(text, start, end)) documents.push({ start, end, heading });
    const lineEnd = endOfLine(text, end);
    heading = text.slice(end + SEPARATOR.length, lineEnd).trim();
    start = Math.min(lineEnd + 1, text.length);
  }
  return documents;
}

export function isComment(line: string): boolean {
  return line === '' || line.startsWith('#');
}

/** Where the next separator begins, `from` being the begin of a line; the end of the text if there is none. */
function separatorAt(text: string, from: number): number {
  if (text.startsWith(SEPARATOR, from)) return from;
  const found = text.indexOf(`\n${SEPARATOR}`, from);
  return found === -1 ? text.length : found + 1;
}

function endOfLine(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found === -1 ? text.length : found;
}

function holdsSomething(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const character = text[at];
    if (character === '#') at = endOfLine(text, at);
    else if (character !== ' ' && character !== '\n' && character !== '\r' && character !== '\t') return true;
  }
  return false;
}
