import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@starling/domain';

const run = promisify(execFile);

interface Ids {
  uid: number;
  gid: number;
}

/** The account that PostgreSQL's programs run under. */
export interface ServerAccount {
  /** Who owns the server's files; undefined where that is us. */
  owner: Ids | undefined;
  /** What to spawn in order to run a program under the account. */
  commandFor(
    program: string,
    args: readonly string[],
  ): { file: string; args: string[]; options: Partial<Ids> };
}

/** PostgreSQL refuses to run as root. These exist without our adding users to a machine. */
const ACCOUNTS_FOR_ROOT = ['postgres', 'nobody'];

async function findUnprivileged(): Promise<Ids> {
  for (const name of ACCOUNTS_FOR_ROOT) {
    try {
      const [user, group] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(user.stdout), gid: Number(group.stdout) };
    } catch {}
  }
  throw new AppError(
    'invalid-input',
    'PostgreSQL does not run as root and this machine has no user postgres or nobody; run Starling as an ordinary user, or set DATABASE_URL',
  );
}

/** The first folder above a path that an account may not enter. */
async function findClosedFolder(path: string, ids: Ids): Promise<string | undefined> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === ids.uid ? 0o100 : gid === ids.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * Flags for util-linux's setpriv: another user, that keeps root's right to pass closed
 * folders. `no_setuid_fixup` lets access(2) count the right too, which PostgreSQL asks.
 */
function setprivFlags({ uid, gid }: Ids): string[] {
  return [
    ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
    ...['--inh-caps=+dac_override', '--ambient-caps=+dac_override'],
    '--securebits=+no_setuid_fixup',
  ];
}

async function canKeepRights(ids: Ids): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  return run('setpriv', [...setprivFlags(ids), 'true']).then(
    () => true,
    () => false,
  );
}

/**
 * Our own account, or for root an unprivileged one that can reach `paths`: root's home, where
 * many a checkout lies, is closed to all others. Throws where there is no way, with what to do.
 */
export async function findServerAccount(paths: readonly string[]): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) {
    return {
      owner: undefined,
      commandFor: (file, args) => ({ file, args: [...args], options: {} }),
    };
  }
  const owner = await findUnprivileged();
  const closed = await Promise.all(paths.map((path) => findClosedFolder(path, owner)));
  const folder = closed.find((candidate) => candidate !== undefined);
  if (folder === undefined) {
    return { owner, commandFor: (file, args) => ({ file, args: [...args], options: owner }) };
  }
  if (await canKeepRights(owner)) {
    const flags = setprivFlags(owner);
    return {
      owner,
      commandFor: (file, args) => ({
        ...{ file: 'setpriv', args: [...flags, file, ...args], options: {} },
      }),
    };
  }
  throw new AppError(
    'invalid-input',
    `PostgreSQL runs as an unprivileged user, which may not enter ${folder}; move Starling or its data folder elsewhere, allow it with chmod o+x ${folder}, or set DATABASE_URL`,
  );
}
