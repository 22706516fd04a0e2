import { answersTo, type Explanation, explained, explanationLines, outcomeOf } from '../../questions/answers';
import { callersNamed } from '../../questions/callers-named';
import type { Inquiry } from '../../questions/inquiry';
import { rpcsNamed } from '../../questions/rpcs-named';
import { type SentWords, sentIn } from '../../questions/sent';
import { json } from '../formats/json';
import type { Paint } from '../paint';
import type { Reply } from '../reply';

export interface CanOptions extends SentWords {
  readonly format: 'text' | 'json';
  readonly namespace?: string;
}

/** Whether a caller may call an RPC, or all of a service. */
export function can(
  inquiry: Inquiry,
  [from, to, method]: readonly [string, string, string?],
  { format, namespace, ...words }: CanOptions,
  paint: Paint,
): Reply {
  const callers = callersNamed(inquiry.simulation, from, namespace);
  const answers = answersTo(inquiry.simulation, callers, rpcsNamed(inquiry, to, method, namespace), sentIn(words));
  const told = answers.map((answer) => explained(inquiry, answer));
  const outcome = outcomeOf(answers);
  return {
    text: format === 'json' ? json({ outcome, answers: told }) : text(told, paint),
    exitCode: outcome === 'allow' ? 0 : 1,
  };
}

function text(told: readonly Explanation[], paint: Paint): string {
  const paints = { allow: paint.good, deny: paint.bad, unknown: paint.doubt };
  const hint = told.length > FEW ? ['', 'Name the method to see why.'] : [];
  const lines = told.flatMap((one) => {
    const [answer, ...why] = explanationLines(one);
    return [paints[one.outcome](answer), ...(told.length > FEW ? [] : why)];
  });
  return `${[...lines, ...hint].join('\n')}\n`;
}

/** Answers with reasons; of more, nobody reads them. */
const FEW = 3;
