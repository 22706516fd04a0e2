import type { Trouble } from '../trouble';

export const HELM_TEMPLATE: Trouble = {
  code: 'HelmTemplate',
  message: 'this is a Helm template, not a manifest',
  fix: 'Render it first: helm template RELEASE CHART',
};

// At the begin of a line or of a value. Between quotes it may be a template of Argo or Prometheus, which is a string.
const UNQUOTED = /^[ \t]*(?:- +)*(?:["'\w./-]+: +)?\{\{/gm;

/**
 * Where the template begins that keeps a document from being YAML: on the line on which the parser gave up, or on the
 * one before it; anywhere, if it gave up at the very begin.
 */
export function templateIn(content: string, position: number): number | undefined {
  const line = content.lastIndexOf('\n', position - 1);
  const lineBefore = content.lastIndexOf('\n', line - 1) + 1;
  const lineAfter = content.indexOf('\n', position);
  for (const { index, 0: found } of content.matchAll(UNQUOTED)) {
    const isNear = index >= lineBefore && (lineAfter === -1 || index < lineAfter);
    if (isNear || position === 0) return index + found.length - 2;
  }
  return undefined;
}
