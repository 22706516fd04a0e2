import type { IConstruct } from 'constructs';

const CLAIMS = Symbol.for('cdk8s-grpc-mesh.claims');

interface WithClaims {
  [CLAIMS]?: Map<string, string>;
}

/** Who has reserved a name in the app of a construct. */
export function holder(construct: IConstruct, name: string): string | undefined {
  return (construct.node.root as WithClaims)[CLAIMS]?.get(name);
}

/** Reserves a name in the app of a construct. Returns who has it already, if somebody else does. */
export function reserve(construct: IConstruct, name: string, by: string): string | undefined {
  const app = construct.node.root as WithClaims;
  app[CLAIMS] ??= new Map();
  const first = app[CLAIMS].get(name);
  if (first === undefined) app[CLAIMS].set(name, by);
  return first === by ? undefined : first;
}
