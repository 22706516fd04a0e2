import { JsonPatch, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { OwnedObject } from '../../kubernetes/owned-object';
import { RolloutController } from '../../values/canary-rollout';
import type { ExtensionProvider } from '../../values/extension-provider';
import { hostRoutesName } from '../../values/names';
import type { OptOut } from '../../values/opt-out';
import type {
  EgressShape,
  ExternalShape,
  IngressShape,
  MeshBackEnd,
  MeshWide,
  MonitoringShape,
  Named,
  RolloutShape,
  ServiceShape,
  WebTranslation,
} from '../contract';
import type { Egress, External, Ingress, TokenGate } from '../edge';
import type { Extension, Patch } from '../extensions';
import type { Decision, PlaintextOpening, Pods, PortException } from '../parties';
import type { Namespace, Rollout, Service } from '../service';
import type { Monitoring, ProxyWishes, Telemetry } from '../telemetry';
import { alerts } from './alerts';
import { argoAnalysis, argoRollout } from './argo-rollout';
import { allowNothing, decisionPolicy, plaintextPolicy, servicePolicy } from './authorization';
import { dashboard } from './dashboard';
import { envoyPatch } from './envoy-patch';
import { flaggerObjects } from './flagger-objects';
import { certificate, doorsAtGateway, gateway, hostRoutes } from './ingress';
import { extensionProviders, helmValues, installFile } from './mesh-config';
import { permissive, portMtls, strict } from './mtls';
import { allowControlPlane, allowDns, defaultDeny, plaintextNetwork, scraping, serviceNetwork } from './network';
import {
  callerPolicy,
  core,
  DRY_RUN,
  NETWORK_POLICY,
  NETWORKING,
  networking,
  networkPolicy,
  SECURITY,
  security,
} from './objects';
import { egressObjects, externalObjects } from './outside-objects';
import { ownGatewayLabels } from './own-gateway';
import { ownGatewayObjects, secretReader } from './own-gateway-objects';
import { proxyStats } from './proxy-stats';
import { meshRoutes } from './routing';
import { kubernetesService } from './service';
import { clientSidecar, hostsToCome, namespaceSidecar } from './sidecar';
import { doorsOn } from './special-routes';
import { telemetry } from './telemetry';
import { requestAuthentication, tokenPolicy } from './tokens';
import { trafficPolicy } from './traffic-policy';
import { registryNetwork, wasmPlugin } from './wasm-plugin';
import { webTranslation } from './web-translation';

/** Every annotation below this prefix is for a checker that finds something odd; its value is the reason. */
const SUPPRESS = 'suppress.cdk8s-grpc-mesh/';

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

  public namespace(scope: Construct, { name, adopted, dns, dryRun }: Namespace): void {
    const { rootNamespace } = this.settings;
    if (!adopted) {
      const labels = this.namespaceLabels;
      const namespace = new OwnedObject(scope, 'Namespace', { apiVersion: 'v1', kind: 'Namespace', name, labels });
      namespace.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    }
    security(scope, 'PeerAuthentication', 'default', () => strict);
    callerPolicy(
      scope,
      'allow-nothing',
      () => allowNothing,
      () => [],
      dryRun,
    );
    networking(scope, 'Sidecar', 'default', () => namespaceSidecar(rootNamespace, dns));
    networkPolicy(scope, 'default-deny', 'default-deny', () => defaultDeny);
    networkPolicy(scope, 'allow-dns', 'allow-dns', () => allowDns(dns));
    networkPolicy(scope, 'allow-control-plane', 'allow-control-plane', () => allowControlPlane(rootNamespace));
  }

  public service(
    scope: Construct,
    { name, hasPorts, hasRoutes, dryRun, outsideMesh }: ServiceShape,
    facts: () => Service,
  ): void {
    const { trustDomain, rootNamespace } = this.settings;
    const doors = (name: OptOut['name']) => () => facts().optOuts.filter((door) => door.name === name);
    if (hasPorts) core(scope, 'Service', name, () => kubernetesService(facts()));
    if (hasRoutes) {
      // Subsets first: a route to a subset that does not exist yet is answered with 503.
      networking(scope, 'DestinationRule', name, () => trafficPolicy(facts()));
      const repeated = doors('dangerously-repeat-executed');
      networking(
        scope,
        'VirtualService',
        name,
        () => meshRoutes(facts()),
        () => [...repeated(), ...doorsOn(facts())],
      );
    }
    const policy = () => servicePolicy(facts(), trustDomain);
    const anyCaller = doors('dangerously-allow-any-caller');
    const isTrial = dryRun !== undefined;
    const open = () => [...anyCaller(), ...[dryRun, outsideMesh].filter((door) => door !== undefined)];
    // Where there is no proxy, nobody would enforce the one and nobody read the other.
    if (!outsideMesh) callerPolicy(scope, name, policy, anyCaller, dryRun);
    networkPolicy(scope, 'NetworkPolicy', name, () => serviceNetwork(facts(), isTrial), open);
    if (outsideMesh) return;
    new OwnedObject(scope, 'Sidecar', {
      apiVersion: NETWORKING,
      kind: 'Sidecar',
      name,
      annotations: { [`${SUPPRESS}UnknownSidecarHost`]: Lazy.any({ produce: () => hostsToCome(facts()) }) },
      spec: () => clientSidecar(facts(), rootNamespace),
    });
  }

  public ingress(scope: Construct, shape: IngressShape, facts: () => Ingress): void {
    const { name, gatewayNamespace, gatewayName, hosts, certificate: issued, ownReplicas } = shape;
    if (ownReplicas !== undefined) ownGatewayObjects(scope, name, ownReplicas, facts);
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
        optOuts: () => doorsAtGateway(facts(), host),
        spec: () => hostRoutes(facts(), host),
      });
    }
  }

  public external(scope: Construct, shape: ExternalShape, facts: () => External): void {
    externalObjects(scope, shape, facts);
  }

  public egress(scope: Construct, shape: EgressShape, facts: () => Egress): void {
    egressObjects(scope, shape, facts, this.settings.trustDomain);
  }

  public egressSecrets(scope: Construct, name: string): void {
    secretReader(scope, name);
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

  public meshWide(scope: Construct, allowsPlaintext: boolean, optOuts: OptOut[]): void {
    security(
      scope,
      'PeerAuthentication',
      'default',
      () => (allowsPlaintext ? permissive : strict),
      () => optOuts,
    );
  }

  public installation(facts: MeshWide): { helmValues: object; installFile: object } {
    return { helmValues: helmValues(facts, this.settings), installFile: installFile(facts, this.settings) };
  }

  public providersOf(providers: ExtensionProvider[]): object {
    return { meshConfig: { extensionProviders: extensionProviders(providers) } };
  }

  public decision(scope: Construct, named: Named, decision: Decision): void {
    new OwnedObject(scope, 'AuthorizationPolicy', {
      apiVersion: SECURITY,
      kind: 'AuthorizationPolicy',
      ...named,
      spec: () => decisionPolicy(decision, this.settings.trustDomain),
    });
  }

  public portMtls(scope: Construct, named: Named, pods: Pods, exceptions: () => PortException[]): void {
    new OwnedObject(scope, 'PeerAuthentication', {
      apiVersion: SECURITY,
      kind: 'PeerAuthentication',
      ...named,
      optOuts: () => exceptions().map(({ optOut }) => optOut),
      spec: () => portMtls(pods, exceptions()),
    });
  }

  public plaintext(scope: Construct, named: Named, opening: PlaintextOpening): void {
    const { dryRun, optOut } = opening;
    const optOuts = () => [optOut];
    new OwnedObject(scope, 'AuthorizationPolicy', {
      apiVersion: SECURITY,
      kind: 'AuthorizationPolicy',
      ...named,
      annotations: dryRun && DRY_RUN,
      optOuts: () => [optOut, ...(dryRun ? [dryRun] : [])],
      spec: () => plaintextPolicy(opening),
    });
    new OwnedObject(scope, 'NetworkPolicy', {
      apiVersion: NETWORK_POLICY,
      kind: 'NetworkPolicy',
      ...named,
      optOuts,
      spec: () => plaintextNetwork(opening),
    });
  }

  public tokens(scope: Construct, named: Named, facts: () => TokenGate): void {
    new OwnedObject(scope, 'RequestAuthentication', {
      apiVersion: SECURITY,
      kind: 'RequestAuthentication',
      ...named,
      optOuts: () => facts().optOuts,
      spec: () => requestAuthentication(facts()),
    });
    new OwnedObject(scope, 'AuthorizationPolicy', {
      apiVersion: SECURITY,
      kind: 'AuthorizationPolicy',
      ...named,
      spec: () => tokenPolicy(facts()),
    });
  }

  public monitoring(scope: Construct, { name, namespace, ruleLabels }: MonitoringShape, facts: () => Monitoring): void {
    new OwnedObject(scope, 'PrometheusRule', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      name,
      labels: ruleLabels,
      spec: () => alerts(facts()),
    });
    new OwnedObject(scope, 'ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: `${name}-dashboard`,
      labels: { grafana_dashboard: '1' },
      // Grafana's sidecar puts the files of all namespaces into one folder.
      data: () => ({ [`${namespace}-${name}.json`]: JSON.stringify(dashboard(facts()), undefined, 2) }),
    });
    networkPolicy(scope, 'NetworkPolicy', name, () => scraping(facts()));
  }

  public rollout(scope: Construct, { name, plan }: RolloutShape, facts: () => Rollout): void {
    if (plan.controller === RolloutController.FLAGGER) {
      flaggerObjects(scope, { name, plan }, facts);
      return;
    }
    const argo = (kind: string, spec: () => object) =>
      new OwnedObject(scope, kind, { apiVersion: 'argoproj.io/v1alpha1', kind, name, spec });
    // The question first: a Rollout that begins before it is there fails.
    if (plan.gates.length > 0) argo('AnalysisTemplate', () => argoAnalysis(facts()));
    argo('Rollout', () => argoRollout(facts()));
  }

  public telemetry(scope: Construct, told: Telemetry): void {
    new OwnedObject(scope, `Telemetry-${told.name}`, {
      apiVersion: 'telemetry.istio.io/v1',
      kind: 'Telemetry',
      name: told.name,
      spec: () => telemetry(told),
    });
  }

  public extension(scope: Construct, extension: Extension): void {
    const { name, pods, isAtHome, optOuts } = extension;
    new OwnedObject(scope, 'WasmPlugin', {
      apiVersion: 'extensions.istio.io/v1alpha1',
      kind: 'WasmPlugin',
      name,
      namespace: pods.namespace,
      optOuts: () => optOuts,
      spec: () => wasmPlugin(extension),
    });
    if (isAtHome) networkPolicy(scope, 'NetworkPolicy', name, () => registryNetwork(extension));
  }

  public patch(scope: Construct, patch: Patch): void {
    new OwnedObject(scope, 'EnvoyFilter', {
      apiVersion: 'networking.istio.io/v1alpha3',
      kind: 'EnvoyFilter',
      name: patch.name,
      namespace: patch.pods.namespace,
      optOuts: () => [patch.optOut],
      spec: () => envoyPatch(patch),
    });
  }

  // Pods start once their proxy is ready, and their proxy outlives the calls under way.
  public podAnnotations(wishes: () => ProxyWishes): Record<string, string> {
    const proxy = ({ drainSeconds, watched }: ProxyWishes) => ({
      holdApplicationUntilProxyStarts: true,
      terminationDrainDuration: `${drainSeconds}s`,
      ...(watched && { proxyStatsMatcher: { inclusionSuffixes: proxyStats } }),
    });
    return { 'proxy.istio.io/config': Lazy.any({ produce: () => JSON.stringify(proxy(wishes())) }) };
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
