import type { YAMLException } from 'js-yaml';
import { isList, isObject, type Json } from '../json';
import type { Trouble } from '../trouble';
import { type Document, isComment } from './documents';
import { HELM_TEMPLATE, templateIn } from './helm-template';
import { hasRepeatedKeys } from './json-keys';
import { DEEPEST, type Parser } from './parser';

/** What a document holds, nothing if it is empty after all; or why it cannot be read. */
export interface Parsed {
  readonly body?: Json;
  readonly trouble?: Trouble;
}

// The largest objects that a cluster can store have some ten thousand nodes; an alias can make billions of a few lines.
const MOST_NODES = 100_000;

// Where the words of the parser help nobody who has not written one.
const REASONS: Readonly<Record<string, string>> = {
  'bad indentation of a mapping entry':
    "this is indented differently than its neighbours, or a value with ': ' in it or '@', '%' or '`' at its begin has no quotes",
  'deficient indentation': 'this goes on with brackets or quotes from above, but is not indented as far',
  'end of the stream or a document separator is expected':
    'this belongs neither to what is above it nor to a new document',
};

/** One document of a text, as `kubectl` would read it. */
export function parse(text: string, document: Document, parser: Parser): Parsed {
  const content = text.slice(document.start, document.end);
  const strange = strangeSeparator(text, document) ?? strangeText(content, document);
  if (strange) return { trouble: strange };
  const json = jsonOf(content);
  if (json !== undefined) return { body: json };
  try {
    const [body = null, ...others] = parser.values(content) as Json[];
    if (others.length > 0) return { trouble: secondDocument(content, document) };
    if (content.includes('&') && isTooLarge(body)) return { trouble: tooManyAliases(content, document) };
    return body === null ? {} : { body };
  } catch (error) {
    return { trouble: unreadable(error as YAMLException, content, document) };
  }
}

function strangeSeparator(text: string, { start, heading }: Document): Trouble | undefined {
  if (isComment(heading)) return undefined;
  return {
    code: 'InvalidSeparator',
    message: `a line begins with '---' and goes on with '${shortened(heading)}': kubectl refuses such a file`,
    fix: "Leave the '---' alone on its line, or indent the line if it belongs to a longer text.",
    offset: text.lastIndexOf('\n', start - 2) + 1,
  };
}

function strangeText(content: string, { start }: Document): Trouble | undefined {
  const broken = [content.indexOf('\0'), content.indexOf('\uFFFD')].filter((at) => at !== -1);
  if (broken.length === 0) return undefined;
  return {
    code: 'NotUtf8',
    message: 'this is not UTF-8: it is a binary file, or text in another encoding, such as UTF-16',
    fix: 'Save the file as UTF-8.',
    offset: start + Math.min(...broken),
  };
}

/** Tens of times faster than YAML, where it works and says the same. */
function jsonOf(content: string): Json | undefined {
  if (!/^\s*\{\s*["}]/.test(content)) return undefined;
  try {
    const body = JSON.parse(content) as Json;
    return hasRepeatedKeys(content, body, DEEPEST) ? undefined : body;
  } catch {
    // It may be YAML yet, and if it is not, the other parser says where.
    return undefined;
  }
}

function unreadable({ reason, mark }: YAMLException, content: string, { start }: Document): Trouble {
  const position = mark?.position ?? 0;
  const template = templateIn(content, reason === 'object-based map does not support complex keys' ? 0 : position);
  if (template !== undefined) return { ...HELM_TEMPLATE, offset: start + template };
  if (reason === 'duplicated mapping key') {
    return {
      code: 'DuplicateKey',
      message: 'one object has this field twice, and only one of the two would count',
      fix: 'Join the two.',
      // js-yaml counts from behind the quote.
      offset: start + position - (/["']/.test(content.charAt(position - 1)) ? 1 : 0),
    };
  }
  const isCut = mark !== undefined && content.slice(position).trim() === '';
  const why = isCut ? 'it ends in the middle of something' : (REASONS[reason] ?? reason);
  return { code: 'NotYaml', message: `this is not YAML: ${why}`, offset: start + position };
}

function secondDocument(content: string, { start }: Document): Trouble {
  return {
    code: 'SecondDocument',
    message: "kubectl reads a document up to a line '...' and drops what follows it",
    fix: "Write '---' instead of '...'.",
    offset: start + Math.max(0, content.search(/^\.\.\./m)),
  };
}

function tooManyAliases(content: string, { start }: Document): Trouble {
  return {
    code: 'TooManyAliases',
    message: `the aliases in this document make it hold itself, or more than ${MOST_NODES} values`,
    fix: 'Write it without aliases.',
    offset: start + content.search(/&\S/),
  };
}

/** Whether a value holds too many others, those that several parts share counted for each. */
function isTooLarge(body: Json): boolean {
  const open: Json[] = [body];
  let count = 0;
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    count += 1;
    const inner = isObject(value) ? Object.values(value) : isList(value) ? value : [];
    if (count + open.length + inner.length > MOST_NODES) return true;
    for (const one of inner) open.push(one);
  }
  return false;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
