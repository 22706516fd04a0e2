// The only file of this folder that names the models. They are erased when compiled; an unknown field does not compile.
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as apps from 'kubernetes-models/apps/v1' with { 'resolution-mode': 'import' };
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as policy from 'kubernetes-models/policy/v1' with { 'resolution-mode': 'import' };
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as core from 'kubernetes-models/v1' with { 'resolution-mode': 'import' };

export type DeploymentSpec = NonNullable<apps.IDeployment['spec']>;
export type PodSpec = NonNullable<core.IPod['spec']>;
export type Container = PodSpec['containers'][number];
export type Variable = NonNullable<Container['env']>[number];
export type Probe = NonNullable<Container['livenessProbe']>;
export type PodDisruptionBudgetSpec = NonNullable<policy.IPodDisruptionBudget['spec']>;
