import { didYouMean, listed } from '../manifests/words';
import type { Inquiry } from './inquiry';
import { WrongQuestion } from './wrong-question';

/** Refuses a namespace of which nothing is among the manifests: an empty answer would look like a good one. */
export function refuseNowhere(inquiries: readonly Inquiry[], namespace: string | undefined): void {
  const names = [...new Set(inquiries.flatMap(({ cluster }) => [...cluster.namespaces.keys()]))];
  if (namespace === undefined || names.includes(namespace)) {
    return;
  }
  const there = names.length > 0 ? `There are ${listed(names, 'and').replaceAll("'", '')}.` : undefined;
  throw new WrongQuestion(
    `nothing among the manifests is in namespace '${namespace}'.${didYouMean(namespace, names)}`,
    there,
  );
}

/** Namespaces that are taken as injected, and in which nothing is. */
export function injectedInVain({ cluster, reading }: Inquiry, injected: readonly string[] = []): string[] {
  const inhabited = new Set(reading.manifests.map(({ namespace }) => namespace));
  return injected.filter((name) => name !== '*' && !inhabited.has(name) && !cluster.namespaces.get(name)?.known);
}
