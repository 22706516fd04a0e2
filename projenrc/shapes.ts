/**
 * Writes src/manifests/shapes/data.ts: the fields of all kinds that the reading half looks into, as the API server knows
 * them. Their definitions are in the modules that the lab is built from, so both believe the same versions.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Shape, ShapeOf, Shapes } from '../src/manifests/shapes/table';

const ROOT = join(__dirname, '..');
const LAB = join(ROOT, 'test/lab');

// Whole groups of Kubernetes, so that a wrong kind or version in them is seen. Only these kinds are looked into.
const GROUPS = ['', 'apps', 'autoscaling', 'batch', 'discovery.k8s.io', 'networking.k8s.io', 'policy'];
const KINDS = [
  'ConfigMap',
  'CronJob',
  'DaemonSet',
  'Deployment',
  'EndpointSlice',
  'Endpoints',
  'HorizontalPodAutoscaler',
  'Ingress',
  'Job',
  'Namespace',
  'NetworkPolicy',
  'Pod',
  'PodDisruptionBudget',
  'ReplicaSet',
  'Secret',
  'Service',
  'ServiceAccount',
  'StatefulSet',
];

// What the OpenAPI document demands and the API server does not.
const NOT_REQUIRED = ['EndpointSlice.endpoints'];

/** A schema of a CustomResourceDefinition or of the OpenAPI document of Kubernetes. */
interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Record<string, Schema>;
  readonly required?: string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly enum?: (string | number)[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly oneOf?: Schema[];
  readonly anyOf?: Schema[];
  readonly allOf?: Schema[];
  readonly not?: Schema;
  readonly $ref?: string;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: string[];
  readonly 'x-kubernetes-validations'?: { readonly rule: string }[];
  readonly 'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

interface Definition {
  readonly kind?: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Kinds = Record<string, Record<string, Shape>>;

const skipped = new Map<string, number>();

function skip(what: string): void {
  skipped.set(what, (skipped.get(what) ?? 0) + 1);
}

function moduleFolder(program: string, name: string): string {
  return execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', name], {
    cwd: join(LAB, program),
    encoding: 'utf8',
  }).trim();
}

// ---- CustomResourceDefinitions

function shapeOfCrd(schema: Schema): Shape {
  const shape = plainShapeOfCrd(schema);
  const mayBeNull = schema.nullable || schema.default !== undefined;
  return mayBeNull && shape !== 'any' ? { ...whole(shape), mayBeNull: 1 } : shape;
}

function whole(shape: Shape): ShapeOf {
  return typeof shape === 'object' ? shape : { is: shape as ShapeOf['is'] };
}

function plainShapeOfCrd(schema: Schema): Shape {
  if (schema['x-kubernetes-int-or-string']) return limited('intOrString', schema);
  switch (schema.type) {
    case 'object':
      return objectOfCrd(schema);
    case 'array':
      return listOf(schema, shapeOfCrd(schema.items ?? {}));
    case 'integer':
      return limited('int', schema);
    case 'number':
      return limited('number', schema);
    case 'boolean':
      return 'bool';
    case 'string':
      return limited(schema.format === 'byte' ? 'bytes' : 'string', schema);
    default:
      return 'any';
  }
}

function objectOfCrd(schema: Schema): Shape {
  const { properties, additionalProperties, required = [] } = schema;
  const rules = rulesOf(schema);
  if (properties) {
    const demanded = required.filter((name) => properties[name]?.default === undefined);
    const { atMostOne, exactlyOne } = choicesOf(schema, rules);
    return {
      fields: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, shapeOfCrd(field)])),
      ...(demanded.length > 0 && { required: demanded }),
      ...(schema['x-kubernetes-preserve-unknown-fields'] && { open: 1 as const }),
      ...(atMostOne.length > 0 && { atMostOne }),
      ...(exactlyOne.length > 0 && { exactlyOne }),
    };
  }
  rules.forEach(skip);
  const map = typeof additionalProperties === 'object' ? shapeOfCrd(additionalProperties) : ('any' as const);
  return { map, ...between(schema.minProperties, schema.maxProperties) };
}

function listOf(schema: Schema, list: Shape): Shape {
  const keys = rulesOf(schema).map((rule) => {
    const [, , key] = /^self\.all\((\w+), self\.exists_one\((\w+), \1\.(\w+) == \2\.\3\)\)$/.exec(rule)?.slice(1) ?? [];
    if (key === undefined) skip(rule);
    return key;
  });
  const [key] = keys.filter((found) => found !== undefined);
  const unique = schema['x-kubernetes-list-type'] === 'map' ? schema['x-kubernetes-list-map-keys'] : undefined;
  return {
    list,
    ...between(schema.minItems, schema.maxItems),
    ...((unique ?? key) && { unique: unique ?? [key] }),
    ...(schema['x-kubernetes-list-type'] === 'set' && { unique: [] }),
  };
}

function limited(is: NonNullable<ShapeOf['is']>, schema: Schema): Shape {
  const shape: Mutable<ShapeOf> = { is };
  if (schema.enum) shape.enum = schema.enum;
  if (schema.pattern) shape.pattern = schema.pattern;
  const numeric = is === 'int' || is === 'number';
  let [min, max] = numeric ? [schema.minimum, schema.maximum] : [schema.minLength, schema.maxLength];
  for (const rule of rulesOf(schema)) {
    if (rule === "duration(self) >= duration('1ms')") shape.is = 'duration';
    else if (rule === '0 < self && self <= 65535') [min, max] = [1, 65535];
    else if (rule === '!self.contains("*")') shape.pattern = '^[^*]*$';
    else if (rule === 'self != "*"') shape.pattern = '^(?!\\*$)';
    else if (rule === 'self.size() == 0') max = 0;
    else if (/^self in \["[^\]]*"\]$/.test(rule)) shape.enum = JSON.parse(rule.slice('self in '.length));
    else skip(rule);
  }
  Object.assign(shape, between(min, max));
  return Object.keys(shape).length === 1 ? (shape.is ?? is) : shape;
}

function between(min: number | undefined, max: number | undefined): { min?: number; max?: number } {
  return { ...(min && { min }), ...(max !== undefined && { max }) };
}

function rulesOf(schema: Schema): string[] {
  return (schema['x-kubernetes-validations'] ?? []).map(({ rule }) => rule);
}

/** The fields of which only one may be there, said by a `oneOf` of `required`, or by a rule of the one common form. */
function choicesOf(schema: Schema, rules: string[]): { atMostOne: string[][]; exactlyOne: string[][] } {
  const atMostOne: string[][] = [];
  const exactlyOne: string[][] = [];
  for (const { oneOf } of [schema, ...(schema.allOf ?? [])]) {
    if (!oneOf) continue;
    const names = oneOf.flatMap((one) => (Object.keys(one).join() === 'required' ? (one.required ?? []) : []));
    const none = oneOf.filter((one) => one.not?.anyOf);
    if (names.length + none.length !== oneOf.length) skip(`oneOf ${JSON.stringify(oneOf)}`);
    else if (names.length > 1) (none.length === 1 ? atMostOne : exactlyOne).push(names);
  }
  for (const rule of rules) {
    const names = [...rule.matchAll(/\(has\(self\.(\w+)\) \? 1 : 0\)/g)].map(([, name]) => name);
    const sum = names.map((name) => `(has(self.${name}) ? 1 : 0)`).join(' + ');
    const [, a, b] = /^has\(self\.(\w+)\) != has\(self\.(\w+)\)$/.exec(rule) ?? [];
    const [, c, d] = /^!\(has\(self\.(\w+)\) && has\(self\.(\w+)\)\)$/.exec(rule) ?? [];
    if (names.length > 1 && rule === `${sum} <= 1`) atMostOne.push(names);
    else if (a) exactlyOne.push([a, b]);
    else if (c) atMostOne.push([c, d]);
    else skip(rule);
  }
  const distinct = (groups: string[][]) => [
    ...new Map(groups.map((group) => [[...group].sort().join(), group])).values(),
  ];
  return { atMostOne: distinct(atMostOne), exactlyOne: distinct(exactlyOne) };
}

function addCrds(kinds: Kinds, text: string, meta: Shape): void {
  for (const { kind, spec } of loadAll(text).filter(Boolean) as Definition[]) {
    if (kind !== 'CustomResourceDefinition') continue;
    for (const { name, served, schema } of spec.versions) {
      const apiVersion = `${spec.group}/${name}`;
      if (!served || kinds[apiVersion]?.[spec.names.kind]) continue;
      const shape = shapeOfCrd(schema.openAPIV3Schema);
      kinds[apiVersion] = { ...kinds[apiVersion], [spec.names.kind]: objectShape(shape, meta) };
    }
  }
}

/** All objects have the same metadata, and nobody writes a status. */
function objectShape(shape: Shape, metadata: Shape): Shape {
  if (typeof shape !== 'object' || !shape.fields) return shape;
  const { status, ...fields } = shape.fields;
  return {
    ...shape,
    fields: { apiVersion: 'string', kind: 'string', ...fields, metadata, ...(status && { status: 'any' as const }) },
  };
}

// ---- Kubernetes

/** All of one OpenAPI document, its references resolved as they are met. */
class Native {
  private readonly done = new Map<string, Shape>();

  public constructor(private readonly schemas: Record<string, Schema>) {}

  public named(name: string): Shape {
    const shape = this.done.get(name) ?? this.shape(this.schemas[name], name);
    this.done.set(name, shape);
    return shape;
  }

  public kinds(): { group: string; version: string; kind: string; name: string }[] {
    return Object.entries(this.schemas).flatMap(([name, schema]) =>
      (schema['x-kubernetes-group-version-kind'] ?? []).map((id) => ({ ...id, name })),
    );
  }

  private shape(schema: Schema, name: string): Shape {
    if (name.endsWith('.Quantity')) return 'quantity';
    if (name.endsWith('.FieldsV1') || name.endsWith('Status')) return 'any';
    const { $ref, allOf, format, properties, additionalProperties } = schema;
    if ($ref) return this.named($ref.slice('#/components/schemas/'.length));
    if (allOf) return this.shape(allOf[0], name);
    if (format === 'int-or-string') return 'intOrString';
    const short = name.split('.').at(-1);
    switch (schema.type) {
      case 'string':
        return format === 'byte' ? 'bytes' : 'string';
      case 'integer':
        return 'int';
      case 'number':
        return 'number';
      case 'boolean':
        return 'bool';
      case 'array':
        return { list: this.shape(schema.items ?? {}, '') };
      case 'object': {
        if (!properties) {
          return additionalProperties ? { map: this.shape(additionalProperties as Schema, '') } : { map: 'any' };
        }
        const required = (schema.required ?? []).filter((field) => !NOT_REQUIRED.includes(`${short}.${field}`));
        const fields = Object.fromEntries(
          Object.entries(properties).map(([key, field]) => [key, this.shape(field, '')]),
        );
        if (short === 'LabelSelectorRequirement') {
          fields.operator = { is: 'string', enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] };
        }
        return { fields, ...(required.length > 0 && { required }) };
      }
      default:
        return 'any';
    }
  }
}

function addNative(kinds: Kinds, folder: string): void {
  for (const file of readdirSync(folder).sort()) {
    const [, group = '', version] = /^(?:api|apis__(.+))__(v\d\w*)_openapi\.json$/.exec(file) ?? [];
    if (version === undefined || !GROUPS.includes(group)) continue;
    const native = new Native(JSON.parse(readFileSync(join(folder, file), 'utf8')).components.schemas);
    for (const { group: of, version: at, kind, name } of native.kinds()) {
      if (of !== group || at !== version || /List$|Options$/.test(kind) || /^(Status|WatchEvent)$/.test(kind)) continue;
      const apiVersion = of === '' ? at : `${of}/${at}`;
      const shape = KINDS.includes(kind) ? objectShape(native.named(name), metaOf(native)) : 'any';
      kinds[apiVersion] = { ...kinds[apiVersion], [kind]: shape };
    }
  }
}

function metaOf(native: Native): Shape {
  return native.named('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
}

// ---- The table

/** What occurs more than once is written once, and the others hold its number. */
function table(kinds: Kinds, natives: string[]): Shapes {
  const uses = new Map<string, number>();
  const count = (shape: Shape): void => {
    if (typeof shape !== 'object') return;
    const text = JSON.stringify(shape);
    const before = uses.get(text) ?? 0;
    uses.set(text, before + 1);
    if (before === 0) children(shape).forEach(count);
  };
  for (const group of Object.values(kinds)) Object.values(group).forEach(count);

  const shared: Shape[] = [];
  const numbers = new Map<string, number>();
  const shrink = (shape: Shape): Shape => {
    if (typeof shape !== 'object') return shape;
    const text = JSON.stringify(shape);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    const small: Shape = {
      ...shape,
      ...(shape.fields && {
        fields: Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, shrink(field)])),
      }),
      ...(shape.map !== undefined && { map: shrink(shape.map) }),
      ...(shape.list !== undefined && { list: shrink(shape.list) }),
    };
    if ((uses.get(text) ?? 0) < 2 || JSON.stringify(small).length < 12) return small;
    numbers.set(text, shared.length);
    shared.push(small);
    return shared.length - 1;
  };
  const small = Object.entries(kinds)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([apiVersion, group]) => [
      apiVersion,
      Object.fromEntries(
        Object.entries(group)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([kind, shape]) => [kind, shrink(shape)]),
      ),
    ]);
  return { native: natives, kinds: Object.fromEntries(small), shared };
}

function children(shape: ShapeOf): Shape[] {
  return [...Object.values(shape.fields ?? {}), shape.map, shape.list].filter((child) => child !== undefined);
}

function written({ native, kinds, shared }: Shapes): string {
  const lines = [
    '{',
    `"native":${JSON.stringify(native)},`,
    '"kinds":{',
    Object.entries(kinds)
      .map(([apiVersion, group]) => {
        const inside = Object.entries(group).map(([kind, shape]) => `${JSON.stringify(kind)}:${JSON.stringify(shape)}`);
        return `${JSON.stringify(apiVersion)}:{\n${inside.join(',\n')}}`;
      })
      .join(',\n'),
    '},',
    '"shared":[',
    shared.map((shape) => JSON.stringify(shape)).join(',\n'),
    ']}',
  ].join('\n');
  const json = lines.replaceAll('`', '\\u0060').replaceAll('${', '\\u0024{');
  return `// Generated by projenrc/shapes.ts. To update, run "npx projen shapes:update".
import type { Shapes } from './table';

export const SHAPES: Shapes = JSON.parse(String.raw\`${json}\`);
`;
}

const istio = join(moduleFolder('mesh', 'istio.io/istio'), 'manifests/charts/base/files/crd-all.gen.yaml');
const gateways = join(moduleFolder('apiserver', 'sigs.k8s.io/gateway-api'), 'config/crd');
const openapi = join(moduleFolder('apiserver', 'k8s.io/kubernetes'), 'api/openapi-spec/v3');

const kinds: Kinds = {};
addNative(kinds, openapi);
const natives = GROUPS;
const core = new Native(JSON.parse(readFileSync(join(openapi, 'api__v1_openapi.json'), 'utf8')).components.schemas);
addCrds(kinds, readFileSync(istio, 'utf8'), metaOf(core));
// The standard channel first: what it serves, the experimental one does not add to.
for (const channel of ['standard', 'experimental']) {
  for (const file of readdirSync(join(gateways, channel)).sort()) {
    addCrds(kinds, readFileSync(join(gateways, channel, file), 'utf8'), metaOf(core));
  }
}
writeFileSync(join(ROOT, 'src/manifests/shapes/data.ts'), written(table(kinds, natives)));
for (const [what, times] of skipped) process.stdout.write(`not checked: ${times} x ${what.slice(0, 150)}\n`);
