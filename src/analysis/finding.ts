import type { Manifest, Origin } from '../manifests/manifest';
import { kindOf } from '../manifests/object-index';
import type { Rule, Severity, Trouble } from './rule';

/** A trouble, and which rule found it where: all that a report prints. */
export interface Finding {
  readonly code: string;
  readonly aliases: readonly string[];
  readonly severity: Severity;
  /** `security.istio.io/AuthorizationPolicy coffee-shop/order`. */
  readonly object: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly fix: string;
  readonly origin: Origin;
  /** The path of the construct that made the object, where it is known. */
  readonly construct?: string;
}

export function findingOf(rule: Rule, { object, path, message, fix, severity }: Trouble): Finding {
  return {
    code: rule.code,
    aliases: rule.aliases,
    severity: severity ?? rule.severity,
    object: titleOf(object),
    path,
    message,
    fix,
    origin: object.origin,
    construct: object.construct,
  };
}

/** How an object is named in a report. */
function titleOf(object: Manifest<unknown>): string {
  const place = object.namespace ? `${object.namespace}/${object.name}` : object.name;
  return `${kindOf(object)} ${place}`;
}
