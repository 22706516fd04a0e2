import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const MODULE = join(__dirname, '../test/lab/mesh');

/** The path of an istioctl of the Istio that the lab runs, built where there is Go; its first build takes minutes. */
export function istioctl(folder: string): string | undefined {
  const binary = process.env.ISTIOCTL ?? join(folder, 'istioctl');
  if (existsSync(binary)) return binary;
  if (spawnSync('go', ['version']).status !== 0) return undefined;
  // Of its own dependencies the lab's module knows only some.
  for (const file of ['go.mod', 'go.sum']) copyFileSync(join(MODULE, file), join(folder, file));
  const { status, stderr } = spawnSync(
    'go',
    ['build', '-mod=mod', `-modfile=${join(folder, 'go.mod')}`, '-o', binary, 'istio.io/istio/istioctl/cmd/istioctl'],
    { cwd: MODULE, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`istioctl was not built: ${stderr}`);
  return binary;
}
