import { JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { OwnedObject } from '../../kubernetes/owned-object';
import { podDisruptionBudget } from '../../kubernetes/pod-disruption-budget';
import { hostRoutesName } from '../../values/names';
import type { OptOut } from '../../values/opt-out';
import type { Ingress, IngressShape, MeshBackEnd, Namespace, Service, ServiceShape, WebTranslation } from '../contract';
import { allowNothing, gatewayPolicy, servicePolicy } from './authorization';
import { certificate, gateway, hostRoutes, repeatedAtGateway } from './ingress';
import { strict } from './mtls';
import { allowControlPlane, allowDns, defaultDeny, gatewayNetwork, serviceNetwork } from './network';
import { gatewayDeployment, gatewayService, listenerPort, ownGatewayLabels, secretRules } from './own-gateway';
import { meshRoutes } from './routing';
import { kubernetesService } from './service';
import { clientSidecar, namespaceSidecar } from './sidecar';
import { trafficPolicy } from './traffic-policy';
import { webTranslation } from './web-translation';

const NETWORKING = 'networking.istio.io/v1';
const SECURITY = 'security.istio.io/v1';
const NETWORK_POLICY = 'networking.k8s.io/v1';
const RBAC = 'rbac.authorization.k8s.io';

/** What differs from one Istio installation to the next. */
export interface IstioSettings {
  readonly trustDomain: string;
  readonly rootNamespace: string;
  readonly revision?: string;
  readonly cni: boolean;
}

/**
 * Istio with a sidecar in every pod: which object is made of which facts, in the order in which they may be applied.
 */
export class Istio implements MeshBackEnd {
  /** @see https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio */
  public readonly reservedPorts = [15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090];
  public readonly proxyUser = 1337;
  public readonly proxyLabel = 'sidecar.istio.io/inject';

  public readonly rootNamespace: string;

  public constructor(private readonly settings: IstioSettings) {
    this.rootNamespace = settings.rootNamespace;
  }

  public namespace(scope: Construct, { name, adopted, dns }: Namespace): void {
    const { rootNamespace } = this.settings;
    if (!adopted) {
      const labels = this.namespaceLabels;
      const namespace = new OwnedObject(scope, 'Namespace', { apiVersion: 'v1', kind: 'Namespace', name, labels });
      namespace.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    }
    security(scope, 'PeerAuthentication', 'default', () => strict);
    security(scope, 'AuthorizationPolicy', 'allow-nothing', () => allowNothing);
    networking(scope, 'Sidecar', 'default', () => namespaceSidecar(rootNamespace, dns));
    networkPolicy(scope, 'default-deny', 'default-deny', () => defaultDeny);
    networkPolicy(scope, 'allow-dns', 'allow-dns', () => allowDns(dns));
    networkPolicy(scope, 'allow-control-plane', 'allow-control-plane', () => allowControlPlane(rootNamespace));
  }

  public service(scope: Construct, { name, hasPorts, hasRoutes }: ServiceShape, facts: () => Service): void {
    const { trustDomain, rootNamespace } = this.settings;
    const doors = (name: OptOut['name']) => () => facts().optOuts.filter((door) => door.name === name);
    if (hasPorts) core(scope, 'Service', name, () => kubernetesService(facts()));
    if (hasRoutes) {
      // Subsets first: a route to a subset that does not exist yet is answered with 503.
      networking(scope, 'DestinationRule', name, () => trafficPolicy(facts()));
      networking(scope, 'VirtualService', name, () => meshRoutes(facts()), doors('dangerously-repeat-executed'));
    }
    const policy = () => servicePolicy(facts(), trustDomain);
    const anyCaller = doors('dangerously-allow-any-caller');
    security(scope, 'AuthorizationPolicy', name, policy, anyCaller);
    networkPolicy(scope, 'NetworkPolicy', name, () => serviceNetwork(facts()), anyCaller);
    networking(scope, 'Sidecar', name, () => clientSidecar(facts(), rootNamespace));
  }

  public ingress(scope: Construct, shape: IngressShape, facts: () => Ingress): void {
    const { name, gatewayNamespace, gatewayName, hosts, certificate: issued, ownReplicas } = shape;
    if (ownReplicas !== undefined) ownGateway(scope, name, ownReplicas, facts);
    if (issued) {
      new OwnedObject(scope, 'Certificate', {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        ...issued,
        spec: () => certificate(facts()),
      });
    }
    new OwnedObject(scope, 'Gateway', {
      apiVersion: NETWORKING,
      kind: 'Gateway',
      name: gatewayName,
      namespace: gatewayNamespace,
      optOuts: () => facts().optOuts,
      spec: () => gateway(facts()),
    });
    for (const host of hosts) {
      new OwnedObject(scope, `VirtualService-${host}`, {
        apiVersion: NETWORKING,
        kind: 'VirtualService',
        name: hostRoutesName(name, host),
        optOuts: () => repeatedAtGateway(facts(), host),
        spec: () => hostRoutes(facts(), host),
      });
    }
  }

  public webTranslation(scope: Construct, { name, gateway, optOut }: WebTranslation): void {
    new OwnedObject(scope, 'EnvoyFilter', {
      apiVersion: 'networking.istio.io/v1alpha3',
      kind: 'EnvoyFilter',
      name,
      namespace: gateway.namespace,
      optOuts: () => [optOut],
      spec: () => webTranslation(gateway),
    });
  }

  // Pods start once their proxy is ready, and their proxy outlives the calls under way.
  public podAnnotations(drainSeconds: number): Record<string, string> {
    const proxy = { holdApplicationUntilProxyStarts: true, terminationDrainDuration: `${drainSeconds}s` };
    return { 'proxy.istio.io/config': JSON.stringify(proxy) };
  }

  public gatewayLabels(name: string): Record<string, string> {
    return ownGatewayLabels(name);
  }

  // Without istio-cni the injected init container needs NET_ADMIN, which an enforced `restricted` would refuse.
  private get namespaceLabels(): Record<string, string> {
    const { revision, cni } = this.settings;
    return {
      ...(revision === undefined ? { 'istio-injection': 'enabled' } : { 'istio.io/rev': revision }),
      ...(cni && { 'pod-security.kubernetes.io/enforce': 'restricted' }),
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
    };
  }
}

// The pods of an own gateway and their walls; nobody knows them but the world outside.
function ownGateway(scope: Construct, name: string, replicas: number, facts: () => Ingress): void {
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

function secretReader(scope: Construct, name: string): void {
  const apiVersion = `${RBAC}/v1`;
  const role = new OwnedObject(scope, 'Role', { apiVersion, kind: 'Role', name });
  role.addJsonPatch(JsonPatch.add('/rules', secretRules));
  const binding = new OwnedObject(scope, 'RoleBinding', { apiVersion, kind: 'RoleBinding', name });
  binding.addJsonPatch(
    JsonPatch.add('/roleRef', { apiGroup: RBAC, kind: 'Role', name }),
    JsonPatch.add('/subjects', [{ kind: 'ServiceAccount', name }]),
  );
}

type OptOuts = NonNullable<ConstructorParameters<typeof OwnedObject>[2]['optOuts']>;

function core(scope: Construct, kind: string, name: string, spec?: () => object): void {
  new OwnedObject(scope, kind, { apiVersion: 'v1', kind, name, labels: { app: name }, spec });
}

function networking(scope: Construct, kind: string, name: string, spec: () => object, optOuts?: OptOuts): void {
  new OwnedObject(scope, kind, { apiVersion: NETWORKING, kind, name, spec, optOuts });
}

function security(scope: Construct, kind: string, name: string, spec: () => object, optOuts?: OptOuts): void {
  const id = name === 'allow-nothing' ? name : kind;
  new OwnedObject(scope, id, { apiVersion: SECURITY, kind, name, spec, optOuts });
}

function networkPolicy(scope: Construct, id: string, name: string, spec: () => object, optOuts?: OptOuts): void {
  new OwnedObject(scope, id, { apiVersion: NETWORK_POLICY, kind: 'NetworkPolicy', name, spec, optOuts });
}
