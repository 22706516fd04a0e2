import { readFileSync, statSync } from 'node:fs';
import type { MeshUnderTest } from '../questions/mesh-under-test';
import type { MeshCheckOptions } from './mesh-check-options';

/** Loaded on first use: whoever only writes manifests does not pay for it. */
export function reading(): typeof import('../questions/mesh-under-test') {
  return require('../questions/mesh-under-test');
}

/** The manifests of some files, and those that the platform brings along. */
export function meshOf(sources: readonly { name: string; text: string }[], options: MeshCheckOptions): MeshUnderTest {
  const { otherFiles = [], injected, rootNamespace, trustDomain } = options;
  const others = otherFiles.map((name) => ({ name, text: textOf(name) }));
  return reading().MeshUnderTest.of([...sources, ...others], {
    injected,
    mesh: { ...(rootNamespace !== undefined && { rootNamespace }), ...(trustDomain !== undefined && { trustDomain }) },
  });
}

function textOf(name: string): string {
  if (!statSync(name, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(
      `otherFiles: there is no file ${name}. Paths are relative to the folder in which this runs; ` +
        'leave out files that you do not have.',
    );
  }
  return readFileSync(name, 'utf8');
}
