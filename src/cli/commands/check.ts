import type { Severity } from '../../analysis/rule';
import { pathText } from '../../manifests/path';
import { type Checkup, checkup, isAtLeast, isBlinding, type Located } from '../../questions/checkup';
import type { Inquiry } from '../../questions/inquiry';
import { refuseNowhere } from '../../questions/namespace-named';
import { notFollowed } from '../../questions/not-followed';
import { rules } from '../../questions/rules';
import { json } from '../formats/json';
import { sarif } from '../formats/sarif';
import { markdownTable } from '../formats/table';
import { unreadKinds } from '../opened';
import type { Paint } from '../paint';
import type { ExitCode, Reply } from '../reply';

export interface CheckOptions {
  readonly format: 'text' | 'json' | 'sarif' | 'markdown';
  readonly failOn: Severity;
  /** Only what is wrong with objects in it, and with files that cannot be read. */
  readonly namespace?: string;
}

/** What is wrong with some manifests. */
export function check(inquiry: Inquiry, options: CheckOptions, paint: Paint, version: string): Reply {
  const { format, failOn, namespace } = options;
  refuseNowhere([inquiry], namespace);
  const found = within(checkup(inquiry, rules()), namespace);
  return { text: FORMATS[format](found, inquiry, paint, version), exitCode: exitCode(found, inquiry, failOn) };
}

function exitCode({ findings }: Checkup, { reading }: Inquiry, failOn: Severity): ExitCode {
  if (reading.problems.some(isBlinding)) {
    return 2;
  }
  return findings.some((finding) => isAtLeast(failOn, finding)) ? 1 : 0;
}

function within({ findings, suppressed }: Checkup, namespace: string | undefined): Checkup {
  const isThere = ({ object }: Located) =>
    namespace === undefined || object === '' || object === `Namespace ${namespace}` || isIn(object, namespace);
  return { findings: findings.filter(isThere), suppressed: suppressed.filter(({ finding }) => isThere(finding)) };
}

/** An object is named `Kind namespace/name`. */
function isIn(object: string, namespace: string): boolean {
  return object.slice(object.indexOf(' ') + 1).startsWith(`${namespace}/`);
}

type Format = (found: Checkup, inquiry: Inquiry, paint: Paint, version: string) => string;

const FORMATS: Readonly<Record<CheckOptions['format'], Format>> = {
  text,
  json: (found) =>
    json({
      findings: found.findings.map(plain),
      suppressed: found.suppressed.map(({ finding, reason }) => ({ ...plain(finding), reason })),
    }),
  sarif: (found, _, __, version) => sarif(found, rules(), version),
  markdown: ({ findings }) =>
    findings.length === 0
      ? 'No findings.\n'
      : markdownTable({
          head: ['severity', 'code', 'where', 'object', 'what', 'fix'],
          rows: findings.map((it) => [it.severity, it.code, placeOf(it), it.object, it.message, it.fix]),
        }),
};

function text(found: Checkup, inquiry: Inquiry, paint: Paint): string {
  const paints = { error: paint.bad, warning: paint.doubt, info: paint.faint };
  const findings = found.findings.map((it) => {
    const about = [it.object, pathText(it.path)].filter((word) => word !== '').join(' ');
    const fix = it.fix === '' ? '' : `\n  fix: ${indented(it.fix)}`;
    const made = it.construct === undefined ? '' : `\n  made by ${it.construct}`;
    const head = `${placeOf(it)}  ${paints[it.severity](it.severity)}  ${it.code}${about && `  ${about}`}`;
    return `${head}\n  ${indented(it.message)}${fix}${made}\n\n`;
  });
  return `${findings.join('')}${summary(found, inquiry)}\n`;
}

function summary({ findings, suppressed }: Checkup, inquiry: Inquiry): string {
  const { manifests, problems } = inquiry.reading;
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const files = new Set([...manifests.map(({ origin }) => origin.source), ...problems.map(({ source }) => source)]);
  const silenced = suppressed.map(
    ({ finding, reason }) => `suppressed: ${finding.code} of ${finding.object} (${placeOf(finding)}): ${reason}`,
  );
  const total = `${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${count('info')} info`;
  const objects = `${counted(manifests.length, 'object')} of ${counted(files.size, 'file')}`;
  return [...silenced, ...unreadKinds(inquiry), ...notFollowed(inquiry), `${total} in ${objects}`].join('\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function placeOf({ spot }: Located): string {
  return `${spot.source}:${spot.line}`;
}

function indented(words: string): string {
  return words.trimEnd().replaceAll('\n', '\n  ');
}

function plain({ spot, path, ...finding }: Located) {
  return { ...finding, field: pathText(path), file: spot.source, line: spot.line, column: spot.column };
}
