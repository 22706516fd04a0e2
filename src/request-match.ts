import { MeshError } from './errors';
import type { RequestCondition } from './mesh/routing';
import type { MeshService } from './mesh-service';
import { metadataKey } from './values/metadata-key';
import type { MetadataMatch } from './values/metadata-match';

/**
 * Which calls are meant: everything said in one match holds of them.
 *
 * Metadata is what a caller says of itself, and no proof of anything: whoever may call may send it. Who calls is known
 * by the labels of its pods.
 *
 * Refused by whoever takes it: `EmptyMatch`, `InvalidHeader`.
 */
export interface RequestMatch {
  /**
   * Keys of metadata, in lower case, and what each value has to be. For HTTP they are headers.
   *
   * @default - whatever is sent
   */
  readonly metadata?: { [key: string]: MetadataMatch };

  /**
   * Who calls.
   *
   * @default - whoever may
   */
  readonly caller?: MeshService;
}

/** Matches as plain facts. No list means every call; an empty one, or an empty match, could mean none. */
export function conditionsOf(matches: RequestMatch[] | undefined, where: string): RequestCondition[] {
  if (matches?.length === 0) throw emptyMatch('the list of matches is empty.', where);
  return (matches ?? []).map(({ metadata = {}, caller }) => {
    const keys = Object.keys(metadata);
    if (keys.length === 0 && !caller) throw emptyMatch('a match says nothing.', where);
    for (const key of keys) metadataKey(key, where);
    return { metadata: { ...metadata }, ...(caller && { caller: caller._pods }) };
  });
}

/** Whether no call can be meant by both. */
export function areDisjoint(some: RequestCondition[], others: RequestCondition[]): boolean {
  const pairs = some.flatMap((one) => others.map((other) => [one, other]));
  return pairs.length > 0 && pairs.every(([one, other]) => differ(one, other));
}

function differ(one: RequestCondition, other: RequestCondition): boolean {
  if (one.caller && other.caller && JSON.stringify(one.caller) !== JSON.stringify(other.caller)) return true;
  return Object.entries(one.metadata).some(([key, match]) => other.metadata[key]?._excludes(match) ?? false);
}

function emptyMatch(what: string, where: string): MeshError {
  return new MeshError({
    code: 'EmptyMatch',
    where,
    what,
    why: 'It would mean every call to some readers and no call to others.',
    fix: "matches: [{ metadata: { 'x-tier': MetadataMatch.exact('beta') } }]   // or leave matches out: every call",
  });
}
