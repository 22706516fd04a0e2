import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../../src/manifests/json';
import { readManifests } from '../../../src/manifests/read';

/** Some manifests that are judged together, and by themselves. */
export interface Case {
  readonly name: string;
  readonly objects: readonly JsonObject[];
}

/** A case of what is written in YAML. An object that is there twice is what the last file says, as in a cluster. */
export function caseOf(name: string, ...texts: string[]): Case {
  const { manifests } = readManifests(texts.map((text, at) => ({ name: `${at}`, text })));
  const objects = new Map<string, JsonObject>();
  for (const { body, kind, group, namespace, name: own } of manifests) {
    const metadata = { ...(body.metadata as JsonObject), ...(namespace !== '' && { namespace }) };
    objects.set([group, kind, namespace, own].join(' '), { ...body, metadata });
  }
  return { name, objects: [...objects.values()] };
}

/** Of these nothing may be renamed, since their names mean something to Istio. */
const ROOT = 'istio-system';

/** Whether a case speaks to the whole mesh, and so to every other one beside it. */
export function isMeshWide({ objects }: Case): boolean {
  return objects.some(({ kind, metadata, spec }) => {
    if ((metadata as JsonObject).namespace === ROOT) return kind !== 'Service';
    // One that cannot be read may be for any host.
    const { host, hosts } = isObject(spec) ? spec : {};
    return (
      (kind === 'DestinationRule' && typeof host !== 'string') || (kind === 'ServiceEntry' && !Array.isArray(hosts))
    );
  });
}

/** What tells the names of a case from those of others. Far from each other, lest a rule takes one for a misspelt other. */
export function markOf({ name }: Case): string {
  return `x${createHash('sha256').update(name).digest('hex').slice(0, 10)}`;
}

/**
 * The case with namespaces, hosts and gateways' labels of its own, so that it can be judged in one cluster with
 * others: a run of the checkers takes seconds, of which most are spent before the first manifest.
 */
export function isolated(one: Case): JsonObject[] {
  const mark = markOf(one);
  const words = namesIn(one.objects as Json[]);
  const renamed = (text: string): string =>
    text
      .replaceAll(/(?<=\.|^|\/)(?=[\w-]+\.(?:com|org|net|test)\b)/g, `${mark}.`)
      .replaceAll(/[\w-]+/g, (word) => (words.has(word) ? `${word}-${mark}` : word));
  const visit = (value: Json): Json => {
    if (typeof value === 'string') return renamed(value);
    if (Array.isArray(value)) return value.map(visit);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inner && visit(inner)])) as JsonObject;
  };
  return one.objects.map(({ apiVersion, kind, ...rest }) => ({ apiVersion, kind, ...(visit(rest) as JsonObject) }));
}

/** Namespaces, also those that only a host or a policy names, and what Gateways select. */
function namesIn(objects: readonly Json[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const object of objects as JsonObject[]) {
    const { name, namespace } = object.metadata as { name?: string; namespace?: string };
    if (object.kind === 'Namespace' && name) found.add(name);
    if (namespace) found.add(namespace);
    const text = JSON.stringify(object);
    for (const [, owner] of text.matchAll(/\.([\w-]+)\.svc\b/g)) found.add(owner);
    for (const [, list] of text.matchAll(/"(?:notN|n)amespaces":\[([^\]]*)\]/g)) {
      for (const [, owner] of list.matchAll(/"([\w-]+)"/g)) found.add(owner);
    }
    const selector = object.kind === 'Gateway' ? (object.spec as JsonObject | undefined)?.selector : undefined;
    if (isObject(selector)) for (const value of Object.values(selector)) found.add(String(value));
  }
  found.delete(ROOT);
  return found;
}
