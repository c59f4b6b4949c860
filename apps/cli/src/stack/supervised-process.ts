import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError, type Clock } from '@starling/domain';
import { sleep } from '@starling/runtime';
import { childEnvironment } from '../env.ts';
import { countFailures, restartDelayMs } from './backoff.ts';
import { preloadFile } from './launch-files.ts';

export interface ProcessPlan {
  name: string;
  /** A JavaScript file, run on this Node. */
  file: string;
  args?: readonly string[];
  /** Asked for anew at each start. */
  env: () => Record<string, string>;
  cwd: string;
  logFile: string;
  /** How to tell that it serves: an address answers, it sends a message, or it merely runs. */
  ready: { kind: 'http'; url: string } | { kind: 'message' } | { kind: 'started' };
  /** Milliseconds that it may take to end in its own way. */
  stopGraceMs: number;
  /** Ending with 0 is an end, not a fall: it is not started again. */
  mayEnd?: boolean;
}

export type ProcessEvent =
  | { kind: 'ready'; name: string; seconds: number; isFirst: boolean }
  | { kind: 'fell'; name: string; how: string; delayMs: number; logFile: string }
  | { kind: 'ended'; name: string };

export interface SupervisedProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** Starts it and keeps it up; resolves once it served, to its ready message if it sends one. */
  start(): Promise<unknown>;
  /** Ends it and does not start it again; force leaves out the grace. */
  stop(options?: { force?: boolean }): Promise<void>;
}

const logLimitBytes = 20 * 1024 * 1024;
const triesBeforeReady = 4;
const readyTimeoutMs = 90_000;

async function openLog(file: string) {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const size = await stat(file).then(
    (entry) => entry.size,
    () => 0,
  );
  if (size > logLimitBytes) await rename(file, `${file}.1`);
  return open(file, 'a', 0o600);
}

async function tailOf(file: string, from: number): Promise<string> {
  const text = await readFile(file).catch(() => Buffer.alloc(0));
  return text.subarray(from).toString('utf8').trim().split('\n').slice(-12).join('\n');
}

/** Signals the whole process group of a child, and the child alone where there is no group. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

/**
 * Keeps one child running. It has its own process group, so that Ctrl-C on the terminal
 * reaches the supervisor alone, and a channel to it whose end it notices (`preloadFile`).
 */
export function superviseProcess(
  plan: ProcessPlan,
  options: { clock: Clock; onEvent: (event: ProcessEvent) => void },
): SupervisedProcess {
  const { clock, onEvent } = options;
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  let hasServed = false;
  let looping: Promise<void> | undefined;
  let isForced = false;

  /** Ends a child when (or as soon as) stop is asked for; the answer calls that off. */
  function terminateOnStop(of: ChildProcess): () => void {
    let timer: NodeJS.Timeout | undefined;
    const terminate = () => {
      signalGroup(of, isForced ? 'SIGKILL' : 'SIGTERM');
      timer = setTimeout(() => signalGroup(of, 'SIGKILL'), plan.stopGraceMs);
    };
    if (stopping.signal.aborted) terminate();
    else stopping.signal.addEventListener('abort', terminate, { once: true });
    return () => {
      clearTimeout(timer);
      stopping.signal.removeEventListener('abort', terminate);
    };
  }

  async function launch(): Promise<{ child: ChildProcess; logStart: number }> {
    const log = await openLog(plan.logFile);
    try {
      const { size: logStart } = await log.stat();
      const started = spawn(
        process.execPath,
        ['--import', pathToFileURL(preloadFile).href, plan.file, ...(plan.args ?? [])],
        {
          cwd: plan.cwd,
          env: childEnvironment(plan.env()),
          stdio: ['ignore', log.fd, log.fd, 'ipc'],
          detached: process.platform !== 'win32',
          windowsHide: true,
        },
      );
      // A message sent to a child that just died must not end the supervisor.
      started.on('error', () => {});
      return { child: started, logStart };
    } finally {
      await log.close();
    }
  }

  /** Resolves when it serves; rejects when the signal says that it ended or took too long. */
  async function waitUntilReady(of: ChildProcess, gone: AbortSignal): Promise<unknown> {
    if (plan.ready.kind === 'started') return undefined;
    if (plan.ready.kind === 'message') {
      return new Promise((resolve, reject) => {
        const onMessage = (message: unknown) => {
          if (message === null || typeof message !== 'object' || !('ready' in message)) return;
          of.off('message', onMessage);
          resolve(message.ready);
        };
        of.on('message', onMessage);
        gone.addEventListener('abort', () => reject(gone.reason), { once: true });
      });
    }
    for (;;) {
      try {
        const response = await fetch(plan.ready.url, {
          redirect: 'manual',
          signal: AbortSignal.any([gone, AbortSignal.timeout(10_000)]),
        });
        await response.body?.cancel();
        if (response.status < 500) return undefined;
      } catch {}
      await sleep(60, { signal: gone });
    }
  }

  async function keepUp(onFirst: (value: unknown) => void, onGiveUp: (error: Error) => void) {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const startedAt = clock.monotonicMs();
      const launched = await launch();
      child = launched.child;
      const gone = new AbortController();
      let how = '';
      const ended = new Promise<void>((resolve) => {
        const end = (text: string) => {
          how ||= text;
          gone.abort(new Error(how));
          resolve();
        };
        launched.child.once('error', (error) => end(error.message));
        launched.child.once('exit', (status, signal) => end(signal ?? `exit ${status}`));
      });
      const cancelTermination = terminateOnStop(launched.child);
      const late = setTimeout(() => {
        how = `not ready after ${readyTimeoutMs / 1000} s`;
        signalGroup(launched.child, 'SIGKILL');
      }, readyTimeoutMs);
      try {
        const value = await waitUntilReady(launched.child, gone.signal);
        clearTimeout(late);
        const seconds = (clock.monotonicMs() - startedAt) / 1000;
        onEvent({ kind: 'ready', name: plan.name, seconds, isFirst: !hasServed });
        hasServed = true;
        onFirst(value);
      } catch {
        // It ended before it served: what follows is the same as for a later end.
      }
      await ended;
      clearTimeout(late);
      cancelTermination();
      if (stopping.signal.aborted) return;
      if (plan.mayEnd === true && how === 'exit 0') {
        onEvent({ kind: 'ended', name: plan.name });
        return;
      }
      failures = countFailures(failures, clock.monotonicMs() - startedAt);
      if (!hasServed && failures >= triesBeforeReady) {
        onGiveUp(
          new AppError(
            'internal',
            `${plan.name} does not start (${how}); the end of ${basename(plan.logFile)}:\n${await tailOf(plan.logFile, launched.logStart)}\nthe whole log: ${plan.logFile}`,
          ),
        );
        return;
      }
      const delayMs = restartDelayMs(failures);
      onEvent({ kind: 'fell', name: plan.name, how, delayMs, logFile: plan.logFile });
      await sleep(delayMs, { signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    name: plan.name,
    get pid() {
      return child?.exitCode === null && child.signalCode === null ? child.pid : undefined;
    },
    start() {
      return new Promise((resolve, reject) => {
        looping = keepUp(resolve, reject).catch(reject);
        stopping.signal.addEventListener('abort', () => reject(stopping.signal.reason), {
          once: true,
        });
      });
    },
    async stop({ force = false } = {}) {
      isForced ||= force;
      stopping.abort(new AppError('conflict', `${plan.name} is being stopped`));
      if (force && child !== undefined) signalGroup(child, 'SIGKILL');
      await looping;
    },
  };
}
