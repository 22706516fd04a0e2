/** A namespace that some manifest names; `known` only if its own object is among them. */
export interface Namespace {
  readonly name: string;
  readonly known: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
