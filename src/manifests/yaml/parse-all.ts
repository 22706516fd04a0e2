import type { Json } from '../json';
import { type Document, isComment } from './documents';
import { type Parsed, parse } from './parse';
import type { Parser } from './parser';

// As many characters go to the parser at once: few, for they are all read again if something is wrong with them.
const BATCH = 50_000;

// What only the look at one document at a time tells apart: anchors, ends of documents, directives, binary text.
const SPECIAL = ['&', '\n...', '\n%', '\0', '\uFFFD'];
const SPECIAL_BEGIN = /\s*(?:\{|\.\.\.|%)/y;

/**
 * All documents of a text, as `parse` reads each. To begin takes the parser as long as to read a small document, so it
 * gets many in a row, and one by one only those that have something wrong or special among them.
 */
export function* parseAll(text: string, documents: readonly Document[], parser: Parser): Iterable<Parsed> {
  for (let from = 0; from < documents.length; ) {
    const to = endOfBatch(text, documents, from);
    const batch = documents.slice(from, to);
    yield* together(text.slice(batch[0].start, batch[batch.length - 1].end), batch.length, parser) ??
      batch.map((document) => parse(text, document, parser));
    from = to;
  }
}

/** Only a separator may be between two of a batch: the parser would see more there than `kubectl` does. */
function endOfBatch(text: string, documents: readonly Document[], from: number): number {
  let to = from + 1;
  if (beginsSpecially(text, documents[from])) return to;
  const goesOn = () =>
    to < documents.length &&
    documents[to].end - documents[from].start < BATCH &&
    isComment(documents[to - 1].heading) &&
    isComment(documents[to].heading) &&
    documents[to].start === text.indexOf('\n', documents[to - 1].end) + 1 &&
    !beginsSpecially(text, documents[to]);
  while (goesOn()) to += 1;
  return to;
}

/** JSON has a faster parser. */
function beginsSpecially(text: string, { start }: Document): boolean {
  SPECIAL_BEGIN.lastIndex = start;
  return SPECIAL_BEGIN.test(text);
}

function together(content: string, count: number, parser: Parser): Parsed[] | undefined {
  if (count === 1 || SPECIAL.some((one) => content.includes(one))) return undefined;
  try {
    const values = parser.valuesAsWritten(content) as Json[];
    if (values.length !== count || values.includes(null)) return undefined;
    return values.map((body) => ({ body }));
  } catch {
    return undefined;
  }
}
