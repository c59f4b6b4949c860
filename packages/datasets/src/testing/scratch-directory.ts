import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for one test's files. */
export interface ScratchDirectory extends AsyncDisposable {
  readonly path: string;
  /** Writes a file and answers its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** Names of everything in a folder below; none where it does not exist. */
  list(folder?: string): Promise<string[]>;
}

export async function createScratchDirectory(): Promise<ScratchDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'starling-datasets-'));
  return {
    path,
    async write(name, content) {
      const target = join(path, name);
      await writeFile(target, content);
      return target;
    },
    async list(folder = '.') {
      return await readdir(join(path, folder)).catch(() => []);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
