import type { Construct } from 'constructs';
import { OwnedObject } from '../../kubernetes/owned-object';
import type { OptOut } from '../../values/opt-out';

// The kinds of which there are many, each under the id that its kind is.

export const NETWORKING = 'networking.istio.io/v1';
export const SECURITY = 'security.istio.io/v1';
export const NETWORK_POLICY = 'networking.k8s.io/v1';
/** Refuses nothing, and counts what it would. */
export const DRY_RUN = { 'istio.io/dry-run': 'true' };

type OptOuts = NonNullable<ConstructorParameters<typeof OwnedObject>[2]['optOuts']>;

export function core(scope: Construct, kind: string, name: string, spec?: () => object): void {
  new OwnedObject(scope, kind, { apiVersion: 'v1', kind, name, labels: { app: name }, spec });
}

export function networking(scope: Construct, kind: string, name: string, spec: () => object, optOuts?: OptOuts): void {
  new OwnedObject(scope, kind, { apiVersion: NETWORKING, kind, name, spec, optOuts });
}

/** A list of callers; as a dry run it refuses nothing, and counts what it would. */
export function callerPolicy(
  scope: Construct,
  name: string,
  spec: () => object,
  doors: () => OptOut[],
  dryRun: OptOut | undefined,
): void {
  new OwnedObject(scope, name === 'allow-nothing' ? name : 'AuthorizationPolicy', {
    apiVersion: SECURITY,
    kind: 'AuthorizationPolicy',
    name,
    spec,
    annotations: dryRun && DRY_RUN,
    optOuts: () => [...doors(), ...(dryRun ? [dryRun] : [])],
  });
}

export function security(scope: Construct, kind: string, name: string, spec: () => object, optOuts?: OptOuts): void {
  new OwnedObject(scope, kind, { apiVersion: SECURITY, kind, name, spec, optOuts });
}

export function networkPolicy(scope: Construct, id: string, name: string, spec: () => object, optOuts?: OptOuts): void {
  new OwnedObject(scope, id, { apiVersion: NETWORK_POLICY, kind: 'NetworkPolicy', name, spec, optOuts });
}
