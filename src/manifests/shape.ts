import type { Manifest } from './manifest';
import { Inspection, type ShapeProblem } from './shapes/inspection';
import { kindsOf, strangeKind } from './shapes/strange-kind';

export type { ShapeProblem } from './shapes/inspection';

/**
 * Where an object is not what its kind allows: fields that do not exist, wrong types, missing fields, values out of
 * bounds, two fields of which only one may be there. Nothing, for a kind that nobody here looks into.
 *
 * It is what `kubectl apply --validate=strict` asks of the API server, without the rules in CEL and those that the
 * server has in code. In the kinds of Kubernetes itself a field may be `null`, and is not there then.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
 */
export function shapeProblems(manifest: Manifest): readonly ShapeProblem[] {
  const { SHAPES } = table();
  const { group, version, kind, body } = manifest;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const kinds = Object.hasOwn(SHAPES.kinds, apiVersion) ? SHAPES.kinds[apiVersion] : {};
  if (!Object.hasOwn(kinds, kind)) return strangeKind(SHAPES.kinds, manifest);
  const inspection = new Inspection(SHAPES.shared, SHAPES.native.includes(group));
  inspection.value(kinds[kind], body);
  return inspection.found;
}

/** All kinds of a group that is looked into, of whatever version. */
export function kindsIn(group: string): readonly string[] {
  return kindsOf(table().SHAPES.kinds, group);
}

/** On first use: whoever only writes manifests does not pay for it. */
function table(): typeof import('./shapes/data') {
  return require('./shapes/data');
}
