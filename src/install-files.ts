import { mkdirSync } from 'node:fs';
import { Yaml } from 'cdk8s';
import { MeshError } from './errors';

/** Writes files for an installation, by their names, into a folder, which may not be there yet. */
export function writeInstallFiles(folder: string, files: { [name: string]: object }, where: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) Yaml.save(`${folder}/${name}`, [content]);
  } catch (cause) {
    throw notWritten(folder, cause, where);
  }
}

function notWritten(folder: string, cause: unknown, where: string): MeshError {
  return new MeshError({
    code: 'NotWritten',
    where,
    what: `it cannot write its files into '${folder}': ${cause instanceof Error ? cause.message : cause}`,
    why: 'An installation without them would be one with other settings.',
    fix: "settings.writeFiles('install')   // a folder that you may write to",
  });
}
