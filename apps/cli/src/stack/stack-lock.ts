import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@starling/domain';
import { sleep } from '@starling/runtime';
import { z } from 'zod';
import { writePrivately } from '../connection/credentials.ts';
import type { StackPaths } from './stack-paths.ts';

const stateSchema = z.object({
  pid: z.int(),
  controlPort: z.int(),
  /** Proof that the one who answers is the one who wrote this, and the key to stop it. */
  instance: z.string().min(16),
});
type State = z.output<typeof stateSchema>;

const answerSchema = z.object({ isReady: z.boolean(), url: z.string().nullable() });
export type RunningStack = z.output<typeof answerSchema>;

async function readState(paths: StackPaths): Promise<State | undefined> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(paths.state, 'utf8')));
  } catch {
    return undefined;
  }
}

async function ask(state: State, method: 'GET' | 'POST'): Promise<RunningStack | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${state.controlPort}/${state.instance}`, {
      method,
      signal: AbortSignal.timeout(2_000),
    });
    return response.ok ? answerSchema.parse(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}

/** The stack that runs on a folder now, whether it is up already or still starting. */
export async function findRunningStack(paths: StackPaths): Promise<RunningStack | undefined> {
  const state = await readState(paths);
  return state === undefined ? undefined : ask(state, 'GET');
}

/** Asks the supervisor of a folder to stop; false where none runs. */
export async function requestStop(paths: StackPaths): Promise<boolean> {
  const state = await readState(paths);
  return state !== undefined && (await ask(state, 'POST')) !== undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Milliseconds in which whoever judged the same dead holder has removed what it means to. */
const settleMs = 100;

async function readHolder(paths: StackPaths): Promise<string | undefined> {
  return readFile(paths.lock, 'utf8').catch(() => undefined);
}

async function makeLockFile(paths: StackPaths): Promise<boolean> {
  try {
    const file = await open(paths.lock, 'wx', 0o600);
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Makes the lock file; false where another process, that lives, holds it or writes it now. */
async function takeLockFile(paths: StackPaths): Promise<boolean> {
  if (await makeLockFile(paths)) return true;
  const text = await readHolder(paths);
  // Made and not written yet, or gone again: whoever it is lives.
  if (text === undefined || text === '') return false;
  const holder = Number(text);
  // In a container the number of the last start is often our own.
  if (holder > 0 && holder !== process.pid && isAlive(holder)) return false;
  await rm(paths.lock, { force: true });
  if (!(await makeLockFile(paths))) return false;
  // Another one that saw the dead holder may take our file for its lock and remove it.
  await sleep(settleMs);
  return (await readHolder(paths)) === String(process.pid);
}

export interface StackLock {
  /** From now on others are told that the stack serves at this address. */
  announce(url: string): void;
  release(): Promise<void>;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/**
 * Takes a folder for this supervisor, so that no two run on it; undefined where one does.
 * While it is held, a small server on the loopback tells others of it and takes the request
 * to stop. A lock left by a process that was killed is taken over.
 */
export async function acquireStackLock(
  paths: StackPaths,
  onStopRequest: () => void,
): Promise<StackLock | undefined> {
  await mkdir(paths.folder, { recursive: true, mode: 0o755 });
  // A number that was given to another program since looks like a holder: ask, then take it.
  for (let tries = 0; ; tries++) {
    if ((await findRunningStack(paths)) !== undefined) return undefined;
    if (await takeLockFile(paths)) {
      // Whoever runs by now was faster after all, and its word counts more than a file.
      if ((await findRunningStack(paths)) !== undefined) return undefined;
      break;
    }
    if (tries < 20) await sleep(100);
    else await rm(paths.lock, { force: true });
  }
  let url: string | null = null;
  const instance = randomBytes(24).toString('hex');
  const server = createServer((request, response) => {
    if (request.url !== `/${instance}`) {
      response.writeHead(404).end();
      return;
    }
    const answer: RunningStack = { isReady: url !== null, url };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    if (request.method === 'POST') onStopRequest();
  });
  const controlPort = await listen(server);
  server.unref();
  const state: State = { pid: process.pid, controlPort, instance };
  await writePrivately(paths.state, `${JSON.stringify(state)}\n`);
  return {
    announce(address) {
      url = address;
    },
    async release() {
      server.close();
      server.closeAllConnections();
      await rm(paths.state, { force: true });
      await rm(paths.lock, { force: true });
    },
  };
}

/** The address of a stack that is starting in another process, once it is up. */
export async function waitForStack(paths: StackPaths, timeoutMs = 120_000): Promise<string> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 200) {
    const running = await findRunningStack(paths);
    if (running === undefined) break;
    if (running.url !== null) return running.url;
    await sleep(200);
  }
  throw new AppError('timed-out', 'the stack that was starting did not come up — see its terminal');
}
