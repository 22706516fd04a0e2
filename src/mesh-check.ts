import { readFileSync } from 'node:fs';
import { type App, type Chart, Testing, Yaml } from 'cdk8s';
import type { Severity } from './analysis/rule';
import type { Access, MeshUnderTest } from './questions/mesh-under-test';

/** What a check takes for granted where the manifests do not say it. */
export interface MeshCheckOptions {
  /**
   * Files to read as well: what the platform brings along, as the pods of the gateway.
   *
   * @default - nothing but what the app writes
   */
  readonly otherFiles?: string[];
  /**
   * Namespaces that are injected with sidecars, but whose Namespace object is not among the manifests. `*` for all.
   *
   * @default - what depends on such a namespace is unknown, and unknown is never a yes
   */
  readonly injected?: string[];
  /**
   * The namespace whose policies hold for the whole mesh.
   *
   * @default - as the ConfigMap `istio` says if it is among the manifests, otherwise `istio-system`
   */
  readonly rootNamespace?: string;
  /**
   * The trust domain of the mesh.
   *
   * @default - as the ConfigMap `istio` says if it is among the manifests, otherwise `cluster.local`
   */
  readonly trustDomain?: string;
}

/** Says what is true of manifests, in a test of any runner: what is not true throws, and names the objects. */
export class MeshAssertions {
  /**
   * About one chart, such as a namespace, as it is synthesized now.
   *
   * @param chart The chart; what it calls in other charts is not there, so ask about those of the whole app.
   * @param options What the chart does not say.
   */
  public static fromChart(chart: Chart, options: MeshCheckOptions = {}): MeshAssertions {
    return new MeshAssertions('chart', Yaml.stringify(...Testing.synth(chart)), options);
  }

  /**
   * About everything in an app, as it is synthesized now. It writes no files.
   *
   * @param app The app.
   * @param options What the app does not say.
   */
  public static fromApp(app: App, options: MeshCheckOptions = {}): MeshAssertions {
    return new MeshAssertions('app', app.synthYaml(), options);
  }

  /**
   * About any YAML, whoever wrote it.
   *
   * @param text Manifests of Kubernetes and Istio, as `kubectl apply` takes them.
   * @param options What they do not say.
   */
  public static fromYaml(text: string, options: MeshCheckOptions = {}): MeshAssertions {
    return new MeshAssertions('yaml', text, options);
  }

  private readonly mesh: MeshUnderTest;

  private constructor(name: string, text: string, options: MeshCheckOptions) {
    this.mesh = meshOf([{ name, text }], options);
  }

  /**
   * The call gets through every wall: Sidecars, routes, NetworkPolicies, mutual TLS, AuthorizationPolicies.
   *
   * @param caller A workload (`order`, `shop/order`), an identity (`ns/shop/sa/order`), `https://HOST`, or `ingress`.
   * @param callee A service: `payment`, `shop/payment`, `payment.shop`, with `:PORT` if it has several.
   * @param method `Charge`, or `package.Service/Charge`. Left out, it is whatever the service serves, all of it.
   */
  public canCall(caller: string, callee: string, method?: string): MeshAssertions {
    const { outcome, why } = this.mesh.call(caller, callee, method);
    return this.holds(outcome === 'allow', `${sentence(caller, 'can call', callee, method)} is not so.`, why);
  }

  /**
   * The call ends at some wall. Where manifests leave it open whether it does, this is not so.
   *
   * @param caller A workload (`order`, `shop/order`), an identity (`ns/shop/sa/order`), `https://HOST`, or `ingress`.
   * @param callee A service: `payment`, `shop/payment`, `payment.shop`, with `:PORT` if it has several.
   * @param method `Charge`, or `package.Service/Charge`. Left out, nothing of what the service serves can be called.
   */
  public cannotCall(caller: string, callee: string, method?: string): MeshAssertions {
    const { outcome, why } = this.mesh.anyCall(caller, callee, method);
    return this.holds(outcome === 'deny', `${sentence(caller, 'cannot call', callee, method)} is not so.`, why);
  }

  /**
   * No route ends the RPC after some time, whoever calls it: what a stream needs.
   *
   * @param callee A service: `menu`, `shop/menu`, `menu.shop`, with `:PORT` if it has several.
   * @param method `WatchMenu`, or `package.Service/WatchMenu`.
   */
  public hasNoTimeout(callee: string, method: string): MeshAssertions {
    const timeouts = this.mesh.timeouts(callee, method);
    return this.holds(timeouts.length === 0, `${callee} ${method} has a timeout.`, timeouts.join('\n\n'));
  }

  /**
   * Nothing is wrong with the manifests: no error and no warning of `grpc-mesh check`.
   */
  public hasNoFindings(): MeshAssertions {
    const { found } = this.mesh.findings('warning');
    const text = found.map((finding) => reading().findingText(finding)).join('\n\n');
    return this.holds(found.length === 0, `There are ${found.length} findings.`, text);
  }

  /**
   * These may call these RPCs, and nobody may call anything else.
   *
   * @param expected The callers of each RPC: `{ 'shop/payment Charge': ['shop/order'] }`.
   */
  public matrixEquals(expected: Record<string, string[]>): MeshAssertions {
    const actual = this.mesh.access();
    const lines = differences(expected, actual);
    const all = `All of it:\n${JSON.stringify(actual, undefined, 2)}`;
    return this.holds(lines.length === 0, 'The access matrix is another one.', [...lines, '', all].join('\n'));
  }

  private holds(isTrue: boolean, claim: string, why: string): MeshAssertions {
    if (!isTrue) {
      throw new Error(`${claim}\n\n${why}`);
    }
    return this;
  }
}

/** How strict a validation is. */
export interface GrpcMeshValidationProps extends MeshCheckOptions {
  /**
   * The mildest finding that ends `cdk8s synth`: `error`, `warning` or `info`. Milder ones are printed.
   *
   * @default warning
   */
  readonly failOn?: string;
}

/**
 * The checks of `grpc-mesh check`, as a validation plugin of cdk8s-cli: `cdk8s synth` fails where they find something.
 *
 * It is named in the `validations` of cdk8s.yaml, by the folder of the package, its version and this class.
 *
 * @see https://cdk8s.io/docs/latest/cli/synth/
 */
export class GrpcMeshValidation {
  private readonly props: GrpcMeshValidationProps;

  /**
   * @param props The `properties` of cdk8s.yaml.
   */
  public constructor(props: GrpcMeshValidationProps = {}) {
    this.props = props;
    severity(props.failOn);
  }

  /**
   * Called by cdk8s-cli.
   *
   * @param context What cdk8s-cli knows of the manifests.
   */
  public async validate(context: IMeshValidationContext): Promise<void> {
    const sources = context.manifests.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
    const { found, milder } = meshOf(sources, this.props).findings(severity(this.props.failOn));
    for (const finding of found) {
      const { code, message, fix, object, construct, spot } = finding;
      const made = construct === undefined ? '' : `, made by ${construct}`;
      context.report.addViolation({
        ruleName: code,
        recommendation: message,
        fix,
        violatingResources: [
          {
            // Not the bare name: cdk8s-cli would print the construct of any object that has it, as of the Deployment.
            resourceName: object,
            locations: [`${reading().fieldText(finding)} (line ${spot.line}${made})`],
            manifestPath: spot.source,
          },
        ],
      });
    }
    for (const finding of milder) {
      context.logger.log(reading().findingText(finding));
    }
    context.report.submit(found.length === 0 ? 'success' : 'failure');
  }
}

/** What cdk8s-cli gives to a validation plugin, as far as it is used here. */
export interface IMeshValidationContext {
  /** The paths of the files that were written. */
  readonly manifests: string[];
  /** Where findings go. */
  readonly report: IMeshValidationReport;
  /** What prints. */
  readonly logger: IMeshValidationLogger;
}

/** The report of a validation plugin. */
export interface IMeshValidationReport {
  /**
   * Adds one finding.
   *
   * @param violation The finding.
   */
  addViolation(violation: MeshViolation): void;
  /**
   * Ends the report.
   *
   * @param status `success` or `failure`.
   */
  submit(status: string): void;
}

/** The log of a validation plugin. */
export interface IMeshValidationLogger {
  /**
   * Prints a message.
   *
   * @param message The message.
   */
  log(message: string): void;
}

/** One finding, in the words of cdk8s-cli. */
export interface MeshViolation {
  /** The code of the finding; `grpc-mesh explain CODE` says more. */
  readonly ruleName: string;
  /** What is wrong. */
  readonly recommendation: string;
  /** What to write instead. */
  readonly fix: string;
  /** Where it is. */
  readonly violatingResources: MeshViolationPlace[];
}

/** Where a finding is. */
export interface MeshViolationPlace {
  /** The kind, the namespace and the name of the object. */
  readonly resourceName: string;
  /** The field, and its line. */
  readonly locations: string[];
  /** The file. */
  readonly manifestPath: string;
}

/** Loaded on first use: whoever only writes manifests does not pay for it. */
function reading(): typeof import('./questions/mesh-under-test') {
  return require('./questions/mesh-under-test');
}

function meshOf(sources: readonly { name: string; text: string }[], options: MeshCheckOptions): MeshUnderTest {
  const { otherFiles = [], injected, rootNamespace, trustDomain } = options;
  const others = otherFiles.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  return reading().MeshUnderTest.of([...sources, ...others], {
    injected,
    mesh: { ...(rootNamespace !== undefined && { rootNamespace }), ...(trustDomain !== undefined && { trustDomain }) },
  });
}

function severity(failOn = 'warning'): Severity {
  if (failOn !== 'error' && failOn !== 'warning' && failOn !== 'info') {
    throw new Error(`GrpcMeshValidation: failOn is '${failOn}', and must be 'error', 'warning' or 'info'`);
  }
  return failOn;
}

function sentence(caller: string, can: string, callee: string, method: string | undefined): string {
  return `${caller} ${can} ${callee}${method === undefined ? '' : ` ${method}`}`;
}

/** Who may call more than expected, or less, by RPC. */
function differences(expected: Record<string, string[]>, actual: Access): string[] {
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((rpc) => {
    const [wanted, found] = [expected[rpc] ?? [], actual[rpc] ?? []];
    const more = found.filter((name) => !wanted.includes(name)).map((name) => `+ ${name} -> ${rpc}`);
    const less = wanted.filter((name) => !found.includes(name)).map((name) => `- ${name} -> ${rpc}`);
    return [...more, ...less];
  });
}
