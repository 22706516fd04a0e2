import { identify } from './identify';
import { Lines } from './lines';
import type { Manifest, Origin } from './manifest';
import { troubleInMesh } from './mesh-settings-of';
import { objectsIn } from './objects';
import type { Problem } from './problem';
import type { Trouble } from './trouble';
import { documentsOf } from './yaml/documents';
import type { Parsed } from './yaml/parse';
import { parseAll } from './yaml/parse-all';
import { Parser } from './yaml/parser';

export type { Problem } from './problem';

/** A file that somebody else has read. */
export interface Source {
  /** As messages shall name it. */
  readonly name: string;
  readonly text: string;
}

/** All that is in some files. */
export interface Reading {
  /** In the order in which they are written. Two may be the same object; the later one counts. */
  readonly manifests: readonly Manifest[];
  /** What is not a manifest and why, and which manifests are there twice. */
  readonly problems: readonly Problem[];
}

/**
 * The Kubernetes objects in these files, of whatever kinds, as `kubectl apply` would read them. Nothing is passed over
 * in silence but documents with nothing in them.
 */
export function readManifests(sources: readonly Source[]): Reading {
  const parser = new Parser();
  const manifests: Manifest[] = [];
  const problems: Problem[] = [];
  const seen = new Map<string, Manifest>();
  for (const source of sources) {
    const reader = new Reader(source, parser, problems);
    for (const manifest of reader.manifests()) {
      const id = JSON.stringify([manifest.group, manifest.kind, manifest.namespace, manifest.name]);
      const first = seen.get(id);
      // Both stay: whoever checks them wants to see the one that is lost, and where it is.
      if (first) reader.report({ ...duplicate(manifest, first), path: ['metadata', 'name'] }, manifest.origin);
      // What has only the begin of a name gets a new one each time.
      if (Object.hasOwn(manifest.body.metadata as object, 'name')) seen.set(id, manifest);
      manifests.push(manifest);
    }
  }
  return { manifests, problems };
}

function duplicate({ kind, namespace, name }: Manifest, { origin }: Manifest): Trouble {
  const which = namespace === '' ? name : `${namespace}/${name}`;
  return {
    code: 'DuplicateObject',
    message: `${kind} ${which} is there twice, first as document ${origin.document + 1} of ${origin.source}`,
    fix: 'Leave one of them out: only the later one would be in the cluster.',
  };
}

/** One source. */
class Reader {
  private readonly lines: Lines;

  public constructor(
    private readonly source: Source,
    private readonly parser: Parser,
    private readonly problems: Problem[],
  ) {
    this.lines = new Lines(source.text);
  }

  public manifests(): Manifest[] {
    const { text } = this.source;
    const manifests: Manifest[] = [];
    let index = 0;
    for (const parsed of parseAll(text, documentsOf(text), this.parser)) {
      manifests.push(...this.manifestsOf(parsed, index));
      index += 1;
    }
    return manifests;
  }

  public report({ code, message, fix, offset, path }: Trouble, { document, item }: Omit<Origin, 'source'>): void {
    const prefix = item === undefined ? [] : ['items', item];
    const place =
      offset === undefined ? this.lines.at(document, [...prefix, ...(path ?? [])]) : this.lines.place(offset);
    this.problems.push({
      source: this.source.name,
      document,
      ...place,
      code,
      message,
      ...(fix !== undefined && { fix }),
    });
  }

  private manifestsOf({ body, trouble }: Parsed, index: number): Manifest[] {
    if (trouble) this.report(trouble, { document: index });
    if (body === undefined) return [];
    const { found, troubles } = objectsIn(body);
    for (const one of troubles) this.report(one, { document: index });
    const manifests: Manifest[] = [];
    for (const { body: object, item } of found) {
      const origin = { source: this.source.name, document: index, ...(item !== undefined && { item }) };
      const { manifest, trouble: refusal } = identify(object, origin);
      if (manifest) manifests.push(manifest);
      const wrong = refusal ?? (manifest && troubleInMesh(manifest));
      if (wrong) this.report(wrong, origin);
    }
    return manifests;
  }
}
