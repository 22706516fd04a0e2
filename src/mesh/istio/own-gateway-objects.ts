import { JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { OwnedObject } from '../../kubernetes/owned-object';
import { podDisruptionBudget } from '../../kubernetes/pod-disruption-budget';
import type { Ingress } from '../edge';
import { gatewayPolicy } from './authorization';
import { gatewayNetwork } from './network';
import { core, networkPolicy, security } from './objects';
import { gatewayDeployment, gatewayService, listenerPort, ownGatewayLabels, secretRules } from './own-gateway';

const RBAC = 'rbac.authorization.k8s.io';

/** The pods of an own gateway and their walls; nobody knows them but the world outside. */
export function ownGatewayObjects(scope: Construct, name: string, replicas: number, facts: () => Ingress): void {
  core(scope, 'ServiceAccount', name);
  secretReader(scope, name);
  core(scope, 'Service', name, () => gatewayService(facts()));
  security(scope, 'AuthorizationPolicy', name, () => gatewayPolicy(facts()));
  networkPolicy(scope, 'NetworkPolicy', name, () => gatewayNetwork(facts(), listenerPort(facts())));
  podDisruptionBudget(scope, name, ownGatewayLabels(name));
  const spec = () => gatewayDeployment(name, replicas);
  new OwnedObject(scope, 'Deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name,
    labels: { app: name },
    spec,
  });
}

/** What a gateway may read, to find its certificates. */
export function secretReader(scope: Construct, name: string): void {
  const apiVersion = `${RBAC}/v1`;
  const role = new OwnedObject(scope, 'Role', { apiVersion, kind: 'Role', name });
  role.addJsonPatch(JsonPatch.add('/rules', secretRules));
  const binding = new OwnedObject(scope, 'RoleBinding', { apiVersion, kind: 'RoleBinding', name });
  binding.addJsonPatch(
    JsonPatch.add('/roleRef', { apiGroup: RBAC, kind: 'Role', name }),
    JsonPatch.add('/subjects', [{ kind: 'ServiceAccount', name }]),
  );
}
