import { isObject, type Json, type JsonObject } from './json';
import type { Manifest, Origin } from './manifest';
import { type Path, pathText } from './path';
import { isClusterWide } from './scope';
import type { Trouble } from './trouble';
import { described } from './words';
import { HELM_TEMPLATE } from './yaml/helm-template';

/** One of the two. */
export interface Identified {
  readonly manifest?: Manifest;
  readonly trouble?: Trouble;
}

// Repeated here, and not shared with what writes it: the two halves meet in the YAML alone.
const CONSTRUCT = 'cdk8s-grpc-mesh/construct';

type Strings = Readonly<Record<string, string>>;

/** Which object this is. One that says it in a way that no API server accepts is refused. */
export function identify(body: JsonObject, origin: Origin): Identified {
  const trouble = troubleIn(body);
  if (trouble) return { trouble };
  const metadata = body.metadata as JsonObject;
  const kind = body.kind as string;
  const [version, group = ''] = (body.apiVersion as string).split('/').reverse();
  const labels = strings(metadata.labels);
  const annotations = strings(metadata.annotations);
  const construct = Object.hasOwn(annotations, CONSTRUCT) ? { construct: annotations[CONSTRUCT] } : {};
  const namespace = isClusterWide(group, kind) ? '' : (metadata.namespace as string) || 'default';
  const name = (metadata.name ?? metadata.generateName) as string;
  return { manifest: { group, version, kind, namespace, name, labels, annotations, ...construct, origin, body } };
}

function troubleIn(body: JsonObject): Trouble | undefined {
  const { apiVersion, kind, metadata } = body;
  if (apiVersion === undefined && kind === undefined) return NOT_KUBERNETES;
  return (
    notAName(apiVersion, 'NoApiVersion', ['apiVersion']) ??
    (String(apiVersion).split('/').length > 2
      ? { code: 'NoApiVersion', message: `'${apiVersion}' has more than one slash`, path: ['apiVersion'] }
      : undefined) ??
    notAName(kind, 'NoKind', ['kind']) ??
    (isObject(metadata) ? troubleInMetadata(metadata) : notAName(undefined, 'NoName', ['metadata', 'name']))
  );
}

function troubleInMetadata({ name, generateName, namespace, labels, annotations }: JsonObject): Trouble | undefined {
  const named: [Json | undefined, string] =
    name === undefined && generateName ? [generateName, 'generateName'] : [name, 'name'];
  return (
    notAName(named[0], 'NoName', ['metadata', named[1]]) ??
    (isAbsent(namespace) || namespace === ''
      ? undefined
      : notAName(namespace, 'WrongType', ['metadata', 'namespace'])) ??
    notStrings(labels, ['metadata', 'labels']) ??
    notStrings(annotations, ['metadata', 'annotations'])
  );
}

const NOT_KUBERNETES: Trouble = {
  code: 'NotAnObject',
  message: "this is no object of Kubernetes: it has neither 'apiVersion' nor 'kind'",
  fix: 'Leave the file out, or render what it belongs to: values.yaml is for helm template.',
  path: [],
};

/** A string that is there and not empty. */
function notAName(value: Json | undefined, code: string, path: Path): Trouble | undefined {
  const field = path.join('.');
  if (isAbsent(value) || value === '') {
    const message = `this object has no '${field}'`;
    return { code, message, fix: `Add it, or leave the file out if it is none for kubectl.`, path };
  }
  if (typeof value !== 'string') return wrongType(value, path);
  return value.includes('{{') ? { ...HELM_TEMPLATE, path } : undefined;
}

function notStrings(value: Json | undefined, path: Path): Trouble | undefined {
  if (isAbsent(value)) return undefined;
  if (!isObject(value)) {
    return { code: 'WrongType', message: `'${path.join('.')}' must be a map, not ${described(value)}`, path };
  }
  for (const key of Object.keys(value)) {
    const one = value[key];
    if (typeof one !== 'string' && one !== null) return wrongType(one, [...path, key]);
  }
  return undefined;
}

function wrongType(value: Json, path: Path): Trouble {
  const words = typeof value === 'boolean' ? ' (as yes, no, on, off, y and n are too, without quotes)' : '';
  const isScalar = typeof value !== 'object';
  return {
    code: 'WrongType',
    message: `'${pathText(path)}' must be a string, not ${described(value)}${words}`,
    ...(isScalar && { fix: 'Put it in quotes.' }),
    path,
  };
}

function isAbsent(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** Without values that are null, which are empty strings to the API server. */
function strings(value: Json | undefined): Strings {
  if (!isObject(value)) return {};
  const entries = Object.entries(value);
  if (entries.every(([, one]) => typeof one === 'string')) return value as Strings;
  return Object.fromEntries(entries.map(([key, one]) => [key, String(one ?? '')]));
}
