import { spawn } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { AppError } from '@starling/domain';
import { childEnvironment, programFolders } from '../env.ts';

const cacheFolder = join(homedir(), '.cache/starling/bin');
const installMinutes = 15;

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** A program's file: on PATH, where Go installs, or where we did; undefined where there is none. */
export async function findProgram(name: string): Promise<string | undefined> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = [...programFolders().split(delimiter), join(homedir(), 'go/bin'), cacheFolder];
  for (const folder of folders) {
    const file = join(folder, `${name}${suffix}`);
    if (folder !== '' && (await isProgram(file))) return file;
  }
  return undefined;
}

/** k6, installed with Go into a cache folder where it is not there yet. */
export async function findOrInstallK6(note: (line: string) => void): Promise<string> {
  const found = await findProgram('k6');
  if (found !== undefined) return found;
  const go = await findProgram('go');
  if (go === undefined) {
    throw new AppError(
      'invalid-input',
      'k6 is not installed — install k6 from your system’s packages, or install Go, with which this command builds k6 by itself',
    );
  }
  note('building k6 with Go; this takes a few minutes, once');
  await mkdir(cacheFolder, { recursive: true });
  const child = spawn(go, ['install', 'go.k6.io/k6@latest'], {
    env: childEnvironment({ GOBIN: cacheFolder }),
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: installMinutes * 60_000,
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const built = await findProgram('k6');
  if (status === 0 && built !== undefined) return built;
  throw new AppError('internal', 'Go could not build k6; its words are above — install k6 by hand');
}
