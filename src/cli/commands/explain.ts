import type { Rule } from '../../analysis/rule';
import { listed } from '../../manifests/words';
import { answersTo, explained, explanationLines, outcomeOf } from '../../questions/answers';
import { callersNamed } from '../../questions/callers-named';
import { grpcStatusName, grpcStatusNamed } from '../../questions/grpc-status-name';
import { grpcurl } from '../../questions/grpcurl';
import type { Inquiry } from '../../questions/inquiry';
import { routed, routeLines, routeTold } from '../../questions/routed';
import { rpcsNamed } from '../../questions/rpcs-named';
import { rules as allRules } from '../../questions/rules';
import { EVERY_CODE, rulesNamed } from '../../questions/rules-named';
import { type SentWords, sentIn } from '../../questions/sent';
import { STATUSES } from '../../questions/statuses';
import { json } from '../formats/json';
import { textTable } from '../formats/table';
import type { Paint } from '../paint';
import type { Reply } from '../reply';

export interface ExplainOptions extends SentWords {
  readonly format: 'text' | 'json';
  readonly namespace?: string;
}

/** What a code means: of a finding, ours or that of another tool, or of a gRPC status. */
export function explainCode(word: string, { format }: ExplainOptions): Reply {
  const status = grpcStatusNamed(word);
  if (status !== undefined) {
    const meaning = STATUSES.get(status) ?? 'No proxy of the mesh says this: it comes from the application.';
    const name = grpcStatusName(status);
    return { text: format === 'json' ? json({ status: name, meaning }) : `${name}\n\n${meaning}\n`, exitCode: 0 };
  }
  if (word === EVERY_CODE) {
    const rows = allRules().map(({ code, severity, summary }) => [code, severity, summary]);
    return { text: format === 'json' ? json(allRules().map(plain)) : textTable({ head: HEAD, rows }), exitCode: 0 };
  }
  const rules = rulesNamed(word);
  return { text: format === 'json' ? json(rules.map(plain)) : rules.map(page).join('\n\n'), exitCode: 0 };
}

const HEAD = ['code', 'severity', 'what is wrong'];

function plain({ code, severity, otherwise, summary, aliases, page: text }: Rule) {
  return { code, severity, otherwise, summary, aliases, ...text };
}

function page({
  code,
  severity,
  otherwise = {},
  summary,
  aliases,
  page: { given, avoid, prefer, why, unless, see },
}: Rule): string {
  const known = aliases.length > 0 ? ` (elsewhere ${listed(aliases, 'and').replaceAll("'", '')})` : '';
  const others = Object.entries(otherwise).map(([other, when]) => `; ${other} where ${when}`);
  const yaml = (text: string) => text.trim().replaceAll(/^/gm, '    ');
  return [
    `${code}: ${severity}${others.join('')}${known}`,
    summary,
    why.trim(),
    ...(given === undefined ? [] : [`Given:\n\n${yaml(given)}`]),
    `Avoid:\n\n${yaml(avoid)}`,
    `Prefer:\n\n${yaml(prefer)}`,
    leaving(code, unless.trim()),
    `See:\n${see.map((link) => `  ${link}`).join('\n')}\n`,
  ].join('\n\n');
}

/** When a finding may stay, and how one says so; not how, where it never may. */
function leaving(code: string, unless: string): string {
  return /^Never[.:]/.test(unless)
    ? `Leave it be: n${unless.slice(1)}`
    : `Leave it be when: ${unless}\nThen annotate the object: suppress.cdk8s-grpc-mesh/${code}: the reason`;
}

/** What becomes of a call, wall by wall, with its route and the line to try it. */
export function explainCall(
  inquiry: Inquiry,
  [from, to, method]: readonly [string, string, string?],
  { format, namespace, ...words }: ExplainOptions,
  paint: Paint,
): Reply {
  const { simulation } = inquiry;
  const callers = callersNamed(simulation, from, namespace);
  const sent = sentIn(words);
  const answers = answersTo(simulation, callers, rpcsNamed(inquiry, to, method, namespace), sent);
  const outcome = outcomeOf(answers);
  const told = answers.map((answer) => ({
    ...explained(inquiry, answer),
    route: routeTold(inquiry, routed(simulation, answer.party, answer.rpc, sent)),
    tryIt: grpcurl(answer.party, answer.rpc, sent),
  }));
  const paints = { allow: paint.good, deny: paint.bad, unknown: paint.doubt };
  const text = () =>
    told
      .map((it) => {
        const [answer, ...why] = explanationLines(it);
        const line = it.tryIt === undefined ? [] : ['', `  try it: ${it.tryIt}`];
        return `${[paints[it.outcome](answer), ...why, '', '  its route:', ...routeLines(it.route), ...line].join('\n')}\n`;
      })
      .join('\n');
  return { text: format === 'json' ? json({ outcome, answers: told }) : text(), exitCode: outcome === 'allow' ? 0 : 1 };
}
