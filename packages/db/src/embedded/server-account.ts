import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@starling/domain';

const run = promisify(execFile);

/** The account that PostgreSQL runs under; empty for our own. Spread into spawn's options. */
export type ServerAccount = { uid: number; gid: number } | Record<string, never>;

/** PostgreSQL refuses to run as root. These exist without our adding users to a machine. */
const ACCOUNTS_FOR_ROOT = ['postgres', 'nobody'];

/** Our own account, or for root an unprivileged one. */
export async function findServerAccount(): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) return {};
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

/**
 * Throws where the server's account cannot reach a path, which PostgreSQL itself would only
 * call "permission denied": root's home is the usual case.
 */
export async function assertReachable(path: string, account: ServerAccount): Promise<void> {
  if (account.uid === undefined) return;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new AppError(
        'invalid-input',
        `PostgreSQL runs as an unprivileged user, which may not enter ${folder}; move Starling or its data folder elsewhere, allow it with chmod o+x ${folder}, or set DATABASE_URL`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}
