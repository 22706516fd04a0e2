import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder that is not there yet; `make` is given another one to fill. Test files run beside each other: the
 * others wait for the one that began.
 */
export function once(folder: string, make: (half: string) => void): void {
  const lock = `${folder}.lock`;
  while (!existsSync(folder)) {
    if (!locked(lock)) continue;
    try {
      if (existsSync(folder)) return;
      const half = `${folder}.${process.pid}`;
      mkdirSync(half, { recursive: true });
      make(half);
      renameSync(half, folder);
    } finally {
      rmSync(lock);
    }
  }
}

// Takes the lock, or waits for a second. Nobody waits for a process that has ended without giving it back.
function locked(lock: string): boolean {
  mkdirSync(dirname(lock), { recursive: true });
  try {
    writeFileSync(lock, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch {
    if (!alive(lock)) rmSync(lock, { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    return false;
  }
}

function alive(lock: string): boolean {
  try {
    return process.kill(Number(readFileSync(lock, 'utf8')), 0);
  } catch {
    return false;
  }
}
