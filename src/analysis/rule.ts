import type { Cluster } from '../manifests/cluster';
import type { Manifest } from '../manifests/manifest';
import type { Simulation } from '../simulation/simulation';
import type { AbsentHosts } from './absent-hosts';
import type { AdmittedCaller } from './admitted-callers';
import type { OptOutName } from './opt-outs';
import type { Selection } from './selection';
import type { Severity } from './severity';
import type { Written } from './written';

export type { Severity } from './severity';

/** One question asked of a cluster. A file each, named by the trouble that it finds. */
export interface Rule {
  /** The name of the trouble; never reused for another. */
  readonly code: string;
  readonly severity: Severity;
  /** Where a trouble is graver or milder than that: `{ error: 'the port is for gRPC' }`. */
  readonly otherwise?: Readonly<Partial<Record<Severity, string>>>;
  /** One line: what is wrong when this fires. */
  readonly summary: string;
  /** The codes of other tools for the same trouble: `IST0109`, `KIA1106`. */
  readonly aliases: readonly string[];
  /** The opt-out whose reason answers this rule: where an object carries it, `OptOut` alone speaks. */
  readonly optOut?: OptOutName;
  readonly page: Page;
  /** Every trouble of this kind, in the order of the manifests. */
  check(subject: Subject): Iterable<Trouble>;
}

/** What a rule looks at. Nothing in it changes. */
export interface Subject {
  readonly cluster: Cluster;
  readonly simulation: Simulation;
  /** What is written in routes, traffic policies and policies, one by one. */
  readonly written: Written;
  /** Which hosts are certainly not there. */
  readonly hosts: AbsentHosts;
  /** What selectors select. */
  readonly selection: Selection;
  /** Whom policies name one by one. */
  readonly admitted: readonly AdmittedCaller[];
  /** The codes that exist, with their aliases: what a suppression may name. */
  readonly codes: readonly string[];
}

/** What `explain` prints. Tests run it: the rule fires on `given` with `avoid`, and not on `given` with `prefer`. */
export interface Page {
  /** What the two have beside them, where they need anything. */
  readonly given?: string;
  readonly avoid: string;
  readonly prefer: string;
  /** What happens in the cluster, and how one knows. */
  readonly why: string;
  /** When it is right to suppress it. */
  readonly unless: string;
  /** Primary sources; where a rule differs from the `istioctl analyze` message it names, why. */
  readonly see: readonly string[];
}

/** One place where it fires. */
export interface Trouble {
  readonly object: Manifest<unknown>;
  /** The field inside the object: `['spec', 'http', 0, 'timeout']`. */
  readonly path: readonly (string | number)[];
  /** What is there, with the value, and what will happen. One or two sentences. */
  readonly message: string;
  /** The line to write instead, or the step to take. */
  readonly fix: string;
  /** Where the trouble is a milder or a graver case of its kind: one of those in `otherwise`. */
  readonly severity?: Severity;
}
