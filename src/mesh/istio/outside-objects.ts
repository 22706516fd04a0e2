import type { Construct } from 'constructs';
import { OwnedObject } from '../../kubernetes/owned-object';
import { podDisruptionBudget } from '../../kubernetes/pod-disruption-budget';
import type { EgressShape, ExternalShape } from '../contract';
import type { Egress, External } from '../edge';
import { egressListener, egressPolicy, egressService, egressTraffic } from './egress';
import { externalTraffic, serviceEntry } from './external';
import { externalRoutes } from './external-routes';
import { egressNetwork } from './network';
import { NETWORKING } from './objects';
import { gatewayDeployment, ownGatewayLabels } from './own-gateway';

/** A host outside: its name, how it is treated, and the routes of its callers. */
export function externalObjects(scope: Construct, shape: ExternalShape, facts: () => External): void {
  const { name, hasRoutes, originatesTls } = shape;
  const doors = (of: 'insecure-plaintext' | 'dangerously-repeat-executed') => () =>
    facts().optOuts.filter((door) => door.name === of);
  const object = (kind: string, spec: () => object, optOuts?: ReturnType<typeof doors>) =>
    new OwnedObject(scope, kind, { apiVersion: NETWORKING, kind, name, spec, optOuts });
  object('ServiceEntry', () => serviceEntry(facts()), doors('insecure-plaintext'));
  if (hasRoutes || originatesTls) object('DestinationRule', () => externalTraffic(facts()));
  if (hasRoutes) object('VirtualService', () => externalRoutes(facts()), doors('dangerously-repeat-executed'));
}

/** The way out: gateway pods, who may use them for what, and that they alone leave. */
export function egressObjects(scope: Construct, shape: EgressShape, facts: () => Egress, trustDomain: string): void {
  const { name, replicas } = shape;
  const labels = { app: name };
  const object = (apiVersion: string, kind: string, spec?: () => object, marks?: typeof labels) =>
    new OwnedObject(scope, kind, { apiVersion, kind, name, spec, labels: marks });
  object('v1', 'ServiceAccount', undefined, labels);
  object('v1', 'Service', () => egressService(facts()), labels);
  object('security.istio.io/v1', 'AuthorizationPolicy', () => egressPolicy(facts(), trustDomain));
  object('networking.k8s.io/v1', 'NetworkPolicy', () => egressNetwork(facts()));
  podDisruptionBudget(scope, name, ownGatewayLabels(name));
  object('apps/v1', 'Deployment', () => gatewayDeployment(name, replicas), labels);
  object(NETWORKING, 'Gateway', () => egressListener(facts()));
  object(NETWORKING, 'DestinationRule', () => egressTraffic(facts()));
}
