import type { Event } from 'js-yaml';
import type { Path } from './path';
import { type Document, documentsOf } from './yaml/documents';
import { type Events, Parser } from './yaml/parser';
import { keyOf } from './yaml/schema';

/** A place in a text as editors count it: both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Where things are in a text. Nothing is looked for before it is asked, and only the document that was asked for last
 * is kept: the events of all would be larger than all that is in them.
 */
export class Lines {
  private parser?: Parser;
  private documents?: readonly Document[];
  private starts?: readonly number[];
  private last?: { readonly document: number; readonly start: number; readonly nodes: Nodes };

  public constructor(private readonly text: string) {}

  /**
   * The place of a field in a document, counted as `Origin` counts: where its name begins, or the item of a list. That
   * of the last one on the path that exists, if it does not, or comes from an alias or a merge.
   */
  public at(document: number, path: Path): Place {
    if (this.last?.document !== document) {
      this.documents ??= documentsOf(this.text);
      this.parser ??= new Parser();
      const { start, end } = this.documents[document] ?? { start: 0, end: 0 };
      this.last = { document, start, nodes: new Nodes(this.text.slice(start, end), this.parser) };
    }
    return this.place(this.last.start + this.last.nodes.offsetOf(path));
  }

  /** The place of the character with that index. */
  public place(offset: number): Place {
    this.starts ??= lineStarts(this.text);
    let [from, to] = [0, this.starts.length];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (this.starts[middle] <= offset) from = middle;
      else to = middle;
    }
    return { line: from + 1, column: Math.max(0, offset - this.starts[from]) + 1 };
  }
}

function lineStarts(text: string): number[] {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The nodes of one document, in the order of the text. */
class Nodes {
  private readonly events: readonly Event[];
  private readonly text: string;
  private readonly original: Events['offsetOf'];

  public constructor(
    document: string,
    private readonly parser: Parser,
  ) {
    ({ events: this.events, text: this.text, offsetOf: this.original } = eventsIn(document, parser));
  }

  public offsetOf(path: Path): number {
    // The first event opens the document.
    let node = 1;
    let offset = this.offsetAt(node) ?? 0;
    for (const step of path) {
      const name = typeof step === 'number' ? this.item(node, step) : this.field(node, step);
      if (name === undefined) return this.original(offset);
      offset = this.offsetAt(name) ?? offset;
      node = typeof step === 'number' ? name : this.after(name);
    }
    return this.original(offset);
  }

  /** The event that opens an item of a list. */
  private item(list: number, index: number): number | undefined {
    if (this.type(list) !== this.parser.yaml.EVENT_ID.SEQUENCE) return undefined;
    let item = list + 1;
    for (let count = 0; count < index && !this.closes(item); count += 1) item = this.after(item);
    return this.closes(item) ? undefined : item;
  }

  /** The event that is the name of a field of an object. */
  private field(object: number, name: string): number | undefined {
    if (this.type(object) !== this.parser.yaml.EVENT_ID.MAPPING) return undefined;
    for (let key = object + 1; !this.closes(key); key = this.after(this.after(key))) {
      if (this.isNamed(key, name)) return key;
    }
    return undefined;
  }

  private isNamed(key: number, name: string): boolean {
    const { EVENT_ID, SCALAR_STYLE, getScalarValue } = this.parser.yaml;
    const event = this.events[key];
    if (event.type !== EVENT_ID.SCALAR) return false;
    const word = getScalarValue(this.text, event);
    return word === name || (event.style === SCALAR_STYLE.PLAIN && keyOf(word) === name);
  }

  /** The event after all that belongs to a node. */
  private after(node: number): number {
    const { SEQUENCE, MAPPING, POP } = this.parser.yaml.EVENT_ID;
    let depth = 0;
    for (let at = node; at < this.events.length; at += 1) {
      const type = this.type(at);
      if (type === SEQUENCE || type === MAPPING) depth += 1;
      else if (type === POP) depth -= 1;
      if (depth <= 0) return at + 1;
    }
    return this.events.length;
  }

  private closes(node: number): boolean {
    return node >= this.events.length || this.type(node) === this.parser.yaml.EVENT_ID.POP;
  }

  private type(node: number): Event['type'] | undefined {
    return this.events[node]?.type;
  }

  /** Where a node begins, with its quotes; nowhere if there is nothing between a colon and the end of its line. */
  private offsetAt(node: number): number | undefined {
    const { EVENT_ID, SCALAR_STYLE } = this.parser.yaml;
    const event = this.events[node];
    if (event?.type === EVENT_ID.SEQUENCE || event?.type === EVENT_ID.MAPPING) return event.start;
    if (event?.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
    if (event?.type !== EVENT_ID.SCALAR || event.valueStart === -1) return undefined;
    const isQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    return isQuoted ? event.valueStart - 1 : event.valueStart;
  }
}

/** None of a document that is not YAML: all its fields are at its begin. */
function eventsIn(document: string, parser: Parser): Events {
  try {
    return parser.events(document);
  } catch {
    return { events: [], text: document, offsetOf: (position) => position };
  }
}
