import { readFileSync } from 'node:fs';
import type { Severity } from '../analysis/rule';
import type { MeshCheckOptions } from './mesh-check-options';
import type { IMeshValidationContext } from './mesh-validation-context';
import { meshOf, reading } from './reading';

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
    refuseUnknown(props);
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

/** What may be said, and whether it is a list: cdk8s-cli hands over whatever stands in the YAML. */
const PROPERTIES: Readonly<Record<keyof GrpcMeshValidationProps, boolean>> = {
  failOn: false,
  otherFiles: true,
  injected: true,
  rootNamespace: false,
  trustDomain: false,
};

function refuseUnknown(props: GrpcMeshValidationProps): void {
  for (const [name, value] of Object.entries(props)) {
    const names = Object.keys(PROPERTIES);
    if (!names.includes(name)) {
      const nearest = reading().didYouMean(name, names);
      throw new Error(`GrpcMeshValidation: there is no property '${name}'.${nearest} There are ${names.join(', ')}.`);
    }
    const isList = PROPERTIES[name as keyof GrpcMeshValidationProps];
    const words: unknown[] = isList && Array.isArray(value) ? value : [value];
    if ((isList && !Array.isArray(value) && value !== undefined) || words.some((word) => !isWord(word))) {
      throw new Error(`GrpcMeshValidation: ${name} must be ${isList ? 'a list of strings' : 'a string'}`);
    }
  }
}

function isWord(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function severity(failOn = 'warning'): Severity {
  if (failOn !== 'error' && failOn !== 'warning' && failOn !== 'info') {
    throw new Error(`GrpcMeshValidation: failOn is '${failOn}', and must be 'error', 'warning' or 'info'`);
  }
  return failOn;
}
