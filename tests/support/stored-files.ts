import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestStack } from './stack.ts';

/** Every file that the coordinator keeps: artifacts, staged uploads, work under way. */
export async function storedFiles(stack: TestStack): Promise<string[]> {
  const entries = await readdir(join(stack.folder, 'data'), {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(stack.folder.length + 1))
    .sort();
}
