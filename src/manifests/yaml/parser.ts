import type { Event, Schema, YAMLException } from 'js-yaml';
import { kubernetesSchema } from './schema';

/** The events of a document, and the text to which they point: the document itself, but for the indents of lines. */
export interface Events {
  readonly events: Event[];
  readonly text: string;
  /** Where a character of the text is in the document. */
  readonly offsetOf: (position: number) => number;
}

export type JsYaml = typeof import('js-yaml');

// Real objects are some twenty levels deep, and whoever walks them does it with a stack.
export const DEEPEST = 200;

const INDENT = ' '.repeat(40);

// As many characters are parsed for the sake of one document that is indented wrongly, before it is given up.
const PATIENCE = 5_000_000;

// What the attempt to parse a short one costs, in characters.
const PER_ATTEMPT = 1000;

/**
 * js-yaml, where it is to read as `kubectl` does. It is loaded with the first of these: whoever only writes manifests
 * does not pay for it.
 */
export class Parser {
  public readonly yaml: JsYaml;
  private readonly schema: Schema;

  public constructor() {
    this.yaml = require('js-yaml');
    this.schema = kubernetesSchema(this.yaml);
  }

  /**
   * What a text holds, one value for each document in it.
   *
   * @throws YAMLException
   */
  public values(document: string): unknown[] {
    const { events, text, offsetOf } = this.events(document);
    try {
      return this.yaml.constructFromEvents(events, { source: text, schema: this.schema });
    } catch (thrown) {
      throw this.relocated(thrown, offsetOf);
    }
  }

  /**
   * What a text holds that keeps to the specification. Where the parser complains, positions are those of the text.
   *
   * @throws YAMLException
   */
  public valuesAsWritten(text: string): unknown[] {
    const events = this.yaml.parseEvents(text, { maxDepth: DEEPEST });
    return this.yaml.constructFromEvents(events, { source: text, schema: this.schema });
  }

  /**
   * The events of a text. One whose brackets or quotes go on too far to the left is taken too: the specification
   * forbids it and so does js-yaml, but `kubectl` takes it, and many close a bracket right below its field. Where the
   * parser complains of a line, that line is indented, or has blanks for its tabs; there, that means nothing.
   *
   * @throws YAMLException
   * @see https://github.com/yaml/yaml-test-suite/blob/main/src/VJP3.yaml
   */
  public events(document: string): Events {
    const moved: number[] = [];
    const offsetOf = (position: number) => originalOf(position, moved);
    let text = document;
    for (let work = 0; ; work += text.length + PER_ATTEMPT) {
      try {
        return { events: this.yaml.parseEvents(text, { maxDepth: DEEPEST }), text, offsetOf };
      } catch (thrown) {
        const { reason, mark } = thrown as YAMLException;
        if (mark === undefined || reason !== 'deficient indentation' || work > PATIENCE) {
          throw this.relocated(thrown, offsetOf);
        }
        const start = text.lastIndexOf('\n', mark.position - 1) + 1;
        const tab = text.lastIndexOf('\t', mark.position - 1);
        if (tab >= start) text = `${text.slice(0, tab)} ${text.slice(tab + 1)}`;
        else {
          moved.push(offsetOf(start));
          text = `${text.slice(0, start)}${INDENT}${text.slice(start)}`;
        }
      }
    }
  }

  private relocated(thrown: unknown, offsetOf: Events['offsetOf']): unknown {
    const { reason, mark } = thrown as YAMLException;
    if (mark === undefined) return thrown;
    return new this.yaml.YAMLException(reason, { ...mark, position: offsetOf(mark.position) });
  }
}

/** `moved`: where the lines began that were indented, from the first to the last. */
function originalOf(position: number, moved: readonly number[]): number {
  const before = moved.filter((start, index) => start + index * INDENT.length < position);
  return Math.max(position - before.length * INDENT.length, before.at(-1) ?? 0);
}
