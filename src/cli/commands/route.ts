import { callersNamed } from '../../questions/callers-named';
import type { Inquiry } from '../../questions/inquiry';
import { routed, routeLines, routeTold } from '../../questions/routed';
import { rpcsNamed } from '../../questions/rpcs-named';
import { type SentWords, sentIn } from '../../questions/sent';
import { json } from '../formats/json';
import type { Paint } from '../paint';
import type { Reply } from '../reply';

export interface RouteOptions extends SentWords {
  readonly format: 'text' | 'json';
  readonly namespace?: string;
}

/** Which route a request takes, to which pods, with what timeout and retries. */
export function route(
  inquiry: Inquiry,
  [from, to, method]: readonly [string, string, string?],
  { format, namespace, ...words }: RouteOptions,
  paint: Paint,
): Reply {
  const { parties } = callersNamed(inquiry.simulation, from, namespace);
  const sent = sentIn(words);
  const found = rpcsNamed(inquiry, to, method, namespace).flatMap((rpc) =>
    parties.map((party) => ({
      caller: party.name,
      callee: rpc.name,
      path: rpc.path,
      ...routeTold(inquiry, routed(inquiry.simulation, party, rpc, sent)),
    })),
  );
  const isRouted = found.every(({ outcome }) => outcome === 'routed');
  const text = () =>
    found
      .map((it) => {
        const title = `${it.caller} -> ${it.callee}`;
        const colour = it.outcome === 'routed' ? paint.good : it.outcome === 'unknown' ? paint.doubt : paint.bad;
        return `${colour(title)}\n${routeLines(it).join('\n')}\n`;
      })
      .join('\n');
  return { text: format === 'json' ? json({ routes: found }) : text(), exitCode: isRouted ? 0 : 1 };
}
