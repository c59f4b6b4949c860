import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import type { ServerAccount } from './server-account.ts';

/** Where things lie below the folder that the caller named. */
export interface ClusterPaths {
  /** PostgreSQL's data folder. */
  cluster: string;
  /** The superuser's password, mode 0600. */
  password: string;
  log: string;
}

export const superuser = 'starling';

export function clusterPaths(dataDirectory: string): ClusterPaths {
  const home = join(dataDirectory, 'cluster');
  return {
    cluster: join(home, 'data'),
    password: join(home, 'password'),
    log: join(dataDirectory, 'postgres.log'),
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Makes a cluster where there is none, and returns the superuser's password. It is made aside
 * and moved into place as a whole: a crash half-way leaves none, and of two processes that
 * begin together one wins and the other uses what the first made.
 */
export async function initialiseCluster(options: {
  dataDirectory: string;
  binaries: Binaries;
  account: ServerAccount;
  /** False skips flushing to disk, for clusters that are thrown away. */
  isDurable: boolean;
}): Promise<{ password: string; isNew: boolean }> {
  const { dataDirectory, binaries, account, isDurable } = options;
  const paths = clusterPaths(dataDirectory);
  if (await exists(paths.password)) {
    return { password: (await readFile(paths.password, 'utf8')).trim(), isNew: false };
  }
  const password = randomBytes(24).toString('hex');
  const aside = join(dataDirectory, `initialising-${randomBytes(4).toString('hex')}`);
  await mkdir(aside, { mode: 0o700 });
  try {
    const passwordFile = join(aside, 'password');
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account.owner !== undefined) {
      for (const path of [aside, passwordFile]) {
        await chown(path, account.owner.uid, account.owner.gid);
      }
    }
    const command = account.commandFor(binaries.initdb, [
      `--pgdata=${join(aside, 'data')}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order of text on every machine, whatever its locales.
      '--no-locale',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(isDurable ? [] : ['--no-sync']),
    ]);
    await promisify(execFile)(command.file, command.args, command.options);
    await rename(aside, join(dataDirectory, 'cluster'));
    return { password, isNew: true };
  } catch (error) {
    if (await exists(paths.password)) {
      return { password: (await readFile(paths.password, 'utf8')).trim(), isNew: false };
    }
    throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
