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
