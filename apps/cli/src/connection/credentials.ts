import { chmod, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@starling/runtime';
import { z } from 'zod';

/** Makes a folder that only its owner may enter, and closes one that is open to others. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

const credentialsSchema = z.object({
  url: z.url(),
  token: z.string().min(1),
  /** Of the role worker; absent in what an older stack left. */
  workerToken: z.string().min(1).optional(),
});
export type Credentials = z.output<typeof credentialsSchema>;

export const stackFolderName = '.starling';

/** Writes a file that only its owner may read, whole or not at all. */
export async function writePrivately(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  await writeFileAtomic(file, text, { mode: 0o600 });
}

async function readCredentials(folder: string): Promise<Credentials | undefined> {
  try {
    const text = await readFile(join(folder, 'credentials.json'), 'utf8');
    return credentialsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The folders in which a stack may have left its credentials: from here upwards, then the project. */
function candidateFolders(from: string, projectRoot: string): string[] {
  const folders: string[] = [];
  for (let folder = from; ; folder = dirname(folder)) {
    folders.push(join(folder, stackFolderName));
    if (dirname(folder) === folder) break;
  }
  return [...folders, join(projectRoot, stackFolderName)];
}

/** Credentials of the nearest stack; undefined where none was started yet. */
export async function findCredentials(options: {
  from: string;
  projectRoot: string;
  /** The stack's folder, where the user names it. */
  folder?: string | undefined;
}): Promise<Credentials | undefined> {
  const folders =
    options.folder === undefined
      ? candidateFolders(options.from, options.projectRoot)
      : [options.folder];
  for (const folder of folders) {
    const found = await readCredentials(folder);
    if (found !== undefined) return found;
  }
  return undefined;
}
