import type { Manifest } from '../manifest';
import { didYouMean, listed } from '../words';
import type { ShapeProblem } from './inspection';
import type { Shapes } from './table';

/**
 * What is wrong with the `apiVersion` or the `kind` of an object that is in no table: nothing, unless it is nearly in
 * one. A group that nobody here knows may have any kinds.
 */
export function strangeKind(kinds: Shapes['kinds'], { group, version, kind }: Manifest): readonly ShapeProblem[] {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const known = Object.keys(kinds);
  const versions = known.filter((one) => groupOf(one) === group);
  const homes = known.filter((one) => Object.hasOwn(kinds[one], kind));
  if (versions.length === 0) {
    // Other groups have a Service or an AuthorizationPolicy of their own: only a slip of the pen is a mistake.
    const near = didYouMean(group, homes.map(groupOf));
    return near === ''
      ? []
      : [{ kind: 'not-allowed', path: ['apiVersion'], message: `there is no such group.${near}` }];
  }
  const here = homes.filter((one) => groupOf(one) === group);
  const sentence = `there is no ${kind} in ${apiVersion}`;
  if (here.length > 0 || homes.length > 0) {
    const message = `${sentence}, but in ${listed(here.length > 0 ? here : homes, 'and')}`;
    return [{ kind: 'not-allowed', path: ['apiVersion'], message }];
  }
  const near = didYouMean(kind, kindsOf(kinds, group));
  return [{ kind: 'not-allowed', path: ['kind'], message: `${sentence}.${near}` }];
}

export function kindsOf(kinds: Shapes['kinds'], group: string): readonly string[] {
  return Object.keys(kinds).flatMap((one) => (groupOf(one) === group ? Object.keys(kinds[one]) : []));
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}
