import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What `postmaster.pid` says: the server that holds a data folder, or held it when it died. */
export interface Postmaster {
  pid: number;
  port: number;
  isReady: boolean;
}

const pathIn = (clusterFolder: string): string => join(clusterFolder, 'postmaster.pid');

/** Undefined where no server holds the folder, or it only just began to. */
export async function readPostmaster(clusterFolder: string): Promise<Postmaster | undefined> {
  let text: string;
  try {
    text = await readFile(pathIn(clusterFolder), 'utf8');
  } catch {
    return undefined;
  }
  // Lines: pid, data folder, start time, port, socket folder, address, shared memory, status.
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port, isReady: lines[7]?.trim() === 'ready' };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process; undefined where this system does not tell. */
async function commandOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8');
    if (process.platform === 'win32') return undefined;
    const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]);
    return stdout;
  } catch {
    return undefined;
  }
}

/** Whether the process of that number is a PostgreSQL, or may be one: `maybe` counts as yes. */
export async function isPostgres(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandOf(pid);
  return command === undefined || command.includes('postgres');
}

/** A number that no system gives to a process. */
const NOBODY = 2_147_483_646;

/**
 * After a crash the file's process number may belong to another program, as in a container
 * whose numbers begin anew; PostgreSQL would then refuse to start. The number is replaced and
 * the file kept, because PostgreSQL also reads from it whether orphans still use the memory.
 */
export async function disownPostmaster(clusterFolder: string): Promise<void> {
  const text = await readFile(pathIn(clusterFolder), 'utf8');
  await writeFile(pathIn(clusterFolder), text.replace(/^\d+/, String(NOBODY)));
}
