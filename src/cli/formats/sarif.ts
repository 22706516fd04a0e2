import type { Rule, Severity } from '../../analysis/rule';
import { pathText } from '../../manifests/path';
import type { Checkup, Located } from '../../questions/checkup';

/**
 * Findings for GitHub, GitLab and editors.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif({ findings, suppressed }: Checkup, rules: readonly Rule[], version: string): string {
  const described = new Map(rules.map((rule) => [rule.code, descriptor(rule)]));
  for (const { code } of [...findings, ...suppressed.map(({ finding }) => finding)]) {
    if (!described.has(code)) described.set(code, { id: code, name: code });
  }
  const indexes = new Map([...described.keys()].map((code, index) => [code, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'grpc-mesh',
            version,
            informationUri: 'https://github.com/cdk8s-grpc-mesh/cdk8s-grpc-mesh',
            rules: [...described.values()],
          },
        },
        // Columns are those of JavaScript's strings.
        columnKind: 'utf16CodeUnits',
        results: [
          ...findings.map((finding) => result(finding, indexes)),
          ...suppressed.map(({ finding, reason }) => ({
            ...result(finding, indexes),
            suppressions: [{ kind: 'inSource', justification: reason }],
          })),
        ],
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

function descriptor({ code, summary, severity, page, aliases }: Rule): { readonly id: string; readonly name: string } {
  const more = {
    shortDescription: { text: summary },
    fullDescription: { text: page.why },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: aliases },
  };
  return { id: code, name: code, ...more };
}

function result(finding: Located, indexes: ReadonlyMap<string, number>) {
  const { code, severity, message, fix, object, path, spot, construct } = finding;
  const name = [object, pathText(path)].filter((word) => word !== '').join(' ');
  return {
    ruleId: code,
    ruleIndex: indexes.get(code),
    level: LEVELS[severity],
    message: { text: [message, fix].filter((text) => text !== '').join('\n') },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(spot.source) },
          region: { startLine: spot.line, startColumn: spot.column },
        },
        ...(name !== '' && { logicalLocations: [{ fullyQualifiedName: name, kind: 'object' }] }),
      },
    ],
    ...(construct !== undefined && { properties: { construct } }),
  };
}

/** A file by its path from where the command ran; one that was named by its whole path as a URI of its own. */
function uriOf(source: string): string {
  const path = source.replaceAll('\\', '/');
  const whole = /^[A-Za-z]:\//.test(path) ? `file:///${path}` : path.startsWith('/') ? `file://${path}` : path;
  return encodeURI(whole).replaceAll('#', '%23').replaceAll('?', '%3F');
}
