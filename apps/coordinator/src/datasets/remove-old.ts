import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@starling/domain';

async function touchedAtMs(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.mtimeMs;
  // A folder is as young as the youngest file in it: somebody may still be writing there.
  const files = (await readdir(path)).map((name) => stat(join(path, name)));
  return Math.max(found.mtimeMs, ...(await Promise.all(files)).map((file) => file.mtimeMs));
}

/**
 * Removes the files and folders of a folder that nobody has written to for `ageMs`: what was
 * left by processes that were killed. Resolves with how many it removed.
 */
export async function removeOld(
  folder: string,
  { clock, ageMs }: { clock: Clock; ageMs: number },
): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    // What goes away meanwhile is somebody else's, and young.
    const touched = await touchedAtMs(path).catch(() => clock.nowMs());
    if (clock.nowMs() - touched < ageMs) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}
