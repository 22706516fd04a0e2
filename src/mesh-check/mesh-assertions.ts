import { type App, Chart, Testing, Yaml } from 'cdk8s';
import type { Access, MeshUnderTest } from '../questions/mesh-under-test';
import type { MeshCallOptions } from './mesh-call-options';
import type { MeshCheckOptions } from './mesh-check-options';
import { meshOf, reading } from './reading';

const NOUNS = { app: 'app', chart: 'chart', yaml: 'text' } as const;

/** Says what is true of manifests, in a test of any runner: what is not true throws, and names the objects. */
export class MeshAssertions {
  /**
   * About one chart, such as a namespace, as it is synthesized now.
   *
   * @param chart The chart; what it calls in other charts is not there, so ask about those of the whole app.
   * @param options What the chart does not say.
   */
  public static fromChart(chart: Chart, options: MeshCheckOptions = {}): MeshAssertions {
    refuseOther(Chart.isChart(chart), 'fromChart');
    return new MeshAssertions('chart', Yaml.stringify(...Testing.synth(chart)), options);
  }

  /**
   * About everything in an app, as it is synthesized now. It writes no files.
   *
   * @param app The app.
   * @param options What the app does not say.
   */
  public static fromApp(app: App, options: MeshCheckOptions = {}): MeshAssertions {
    refuseOther(typeof app?.synthYaml === 'function', 'fromApp');
    return new MeshAssertions('app', app.synthYaml(), options);
  }

  /**
   * About any YAML, whoever wrote it.
   *
   * @param text Manifests of Kubernetes and Istio, as `kubectl apply` takes them.
   * @param options What they do not say.
   */
  public static fromYaml(text: string, options: MeshCheckOptions = {}): MeshAssertions {
    refuseOther(typeof text === 'string', 'fromYaml');
    return new MeshAssertions('yaml', text, options);
  }

  private readonly mesh: MeshUnderTest;

  private constructor(name: keyof typeof NOUNS, text: string, options: MeshCheckOptions) {
    this.mesh = meshOf([{ name, text }], options);
    if (this.mesh.isEmpty) {
      throw new Error(`MeshAssertions: no object of Kubernetes is in this ${NOUNS[name]}, so nothing is true of it`);
    }
  }

  /**
   * The call gets through every wall: Sidecars, routes, NetworkPolicies, mutual TLS, AuthorizationPolicies.
   *
   * @param caller A workload (`order`, `shop/order`), an identity (`ns/shop/sa/order`), `https://HOST`, or `ingress`.
   * @param callee A service: `payment`, `shop/payment`, `payment.shop`, with `:PORT` if it has several.
   * @param method `Charge`, or `package.Service/Charge`. Left out, it is whatever the service serves, all of it.
   * @param options What the call carries: headers, the claims of a token. Left out, a token it may have is unknown.
   */
  public canCall(caller: string, callee: string, method?: string, options: MeshCallOptions = {}): MeshAssertions {
    const { outcome, why } = this.mesh.call(caller, callee, method, options);
    const is = outcome === 'unknown' ? 'the manifests do not say whether it is' : 'it is not';
    return this.holds(
      outcome === 'allow',
      `expected ${caller} to be allowed to call ${rpc(callee, method)}, and ${is}`,
      why,
    );
  }

  /**
   * The call ends at some wall. Where manifests leave it open whether it does, this is not so.
   *
   * @param caller A workload (`order`, `shop/order`), an identity (`ns/shop/sa/order`), `https://HOST`, or `ingress`.
   * @param callee A service: `payment`, `shop/payment`, `payment.shop`, with `:PORT` if it has several.
   * @param method `Charge`, or `package.Service/Charge`. Left out, nothing of what the service serves can be called.
   * @param options What the call carries: headers, the claims of a token. Left out, a token it may have is unknown.
   */
  public cannotCall(caller: string, callee: string, method?: string, options: MeshCallOptions = {}): MeshAssertions {
    const { outcome, why } = this.mesh.anyCall(caller, callee, method, options);
    const is = outcome === 'unknown' ? 'the manifests do not say whether it is' : 'it is';
    return this.holds(
      outcome === 'deny',
      `expected ${caller} not to be allowed to call ${rpc(callee, method)}, and ${is}`,
      why,
    );
  }

  /**
   * No route ends the RPC after some time, whoever calls it: what a stream needs.
   *
   * @param callee A service: `menu`, `shop/menu`, `menu.shop`, with `:PORT` if it has several.
   * @param method `WatchMenu`, or `package.Service/WatchMenu`.
   */
  public hasNoTimeout(callee: string, method: string): MeshAssertions {
    const timeouts = this.mesh.timeouts(callee, method);
    const isCertain = timeouts.some((timeout) => timeout.isCertain);
    const claim = isCertain
      ? `expected ${callee} ${method} to have no timeout, and it has one`
      : `expected ${callee} ${method} to have no timeout, and the manifests do not say whether it has one`;
    return this.holds(timeouts.length === 0, claim, timeouts.map(({ why }) => why).join('\n\n'));
  }

  /**
   * Nothing is wrong with the manifests: no error and no warning of `grpc-mesh check`.
   */
  public hasNoFindings(): MeshAssertions {
    const { found } = this.mesh.findings('warning');
    const text = found.map((finding) => reading().findingText(finding)).join('\n\n');
    const count = found.length === 1 ? 'there is 1 finding' : `there are ${found.length} findings`;
    return this.holds(found.length === 0, `expected no findings, and ${count}`, text);
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
    const legend = ['+ may call, and was not expected to', '- was expected to call, and may not'];
    const text = [...legend, '', ...lines, '', all].join('\n');
    return this.holds(lines.length === 0, 'expected another access matrix', text);
  }

  private holds(isTrue: boolean, claim: string, why: string): MeshAssertions {
    if (!isTrue) {
      throw new Error(`${claim}\n\n${why}`);
    }
    return this;
  }
}

function refuseOther(isRight: boolean, name: string): void {
  if (!isRight) {
    throw new Error(
      `MeshAssertions.${name} was given something else: give an App, a Chart or YAML text to its own method`,
    );
  }
}

function rpc(callee: string, method: string | undefined): string {
  return method === undefined ? callee : `${callee} ${method}`;
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
