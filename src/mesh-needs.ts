import { Yaml } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { describe, MeshError } from './errors';
import type { ExtensionProvider } from './values/extension-provider';
import type { ZeroTrustNamespace } from './zero-trust-namespace';

const NEEDS = Symbol.for('cdk8s-grpc-mesh.mesh-needs');

interface Need {
  readonly provider: ExtensionProvider;
  readonly by: string;
}

interface Needs {
  /** By name of the provider. */
  readonly asked: Map<string, Need>;
  /** Whether the app writes the settings of its mesh, which then has whatever is asked for. */
  settled: boolean;
}

/** Says that a construct works only in a mesh that has this provider. At synth it is there, or its lines are told. */
export function needProvider(
  construct: IConstruct,
  home: ZeroTrustNamespace,
  provider: ExtensionProvider,
  where: string,
): void {
  addProvider(construct, provider, where);
  const { mesh } = home;
  const isThere = () => needsOf(construct).settled || mesh._providers.includes(provider.name);
  construct.node.addValidation({ validate: () => (isThere() ? [] : [missing(provider, home, where)]) });
}

/** Adds a provider to those of the app. One name means one thing. */
export function addProvider(construct: IConstruct, provider: ExtensionProvider, where: string): void {
  const { asked } = needsOf(construct);
  const first = asked.get(provider.name);
  if (first && !same(first.provider, provider)) throw anotherProvider(provider, first.by, where);
  asked.set(provider.name, first ?? { provider, by: where });
}

/** Every provider that something in the app asks for, by name. */
export function neededProviders(construct: IConstruct): ExtensionProvider[] {
  const { asked } = needsOf(construct);
  return [...asked.values()].map(({ provider }) => provider).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Says that the app writes the settings of its mesh. */
export function settleNeeds(construct: IConstruct): void {
  needsOf(construct).settled = true;
}

function needsOf({ node }: IConstruct): Needs {
  const app = node.root as { [NEEDS]?: Needs };
  app[NEEDS] ??= { asked: new Map(), settled: false };
  return app[NEEDS];
}

function same(a: ExtensionProvider, b: ExtensionProvider): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function anotherProvider({ name }: ExtensionProvider, first: string, where: string): MeshError {
  return new MeshError({
    code: 'AnotherProvider',
    where,
    what: `it needs an extension provider '${name}' that differs from the one of ${first}.`,
    why: 'A mesh knows a provider by its name alone, and of two takes one.',
    fix: 'give one of the two another name',
  });
}

function missing(provider: ExtensionProvider, { mesh }: ZeroTrustNamespace, where: string): string {
  return describe({
    code: 'MissingProvider',
    where,
    what: `the mesh has no extension provider '${provider.name}', as far as this app knows.`,
    why: 'It is no object of the cluster but a setting of the installation; without it calls are refused, or nothing is told.\nFor the Helm chart istio/istiod, and below spec for istioctl install:',
    fix: `${Yaml.stringify(mesh._backEnd.providersOf([provider])).trim()}\nthen: Mesh.istio({ extensionProviders: ['${provider.name}'] })`,
  });
}
