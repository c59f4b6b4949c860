import { systemClock } from '@starling/runtime';
import pc from 'picocolors';
import { connectTo, type Target } from '../connection/connect.ts';
import { readEnvironment } from '../env.ts';
import { QuietExit } from '../output/describe-failure.ts';
import { seconds } from '../output/format.ts';
import type { Terminal } from '../output/terminal.ts';
import { createStack, type Stack } from './create-stack.ts';
import { loadSecrets } from './secrets.ts';
import { acquireStackLock, findRunningStack, waitForStack } from './stack-lock.ts';
import { type StackPaths, stackPaths } from './stack-paths.ts';
import type { ProcessEvent } from './supervised-process.ts';
import type { UpFlags } from './up-flags.ts';

export interface OpenStack {
  target: Target;
  /** False where another process supervises it. */
  isOwn: boolean;
  /** Resolves when the user asks for the end and everything of ours is stopped. */
  closed: Promise<void>;
  /** Stops what is ours; nothing where another process supervises the stack. */
  close(): Promise<void>;
}

/** One line for a person; nothing for what needs no words. */
export function describeEvent(event: ProcessEvent, isFancy: boolean): string | undefined {
  const dim = isFancy ? pc.dim : (text: string) => text;
  switch (event.kind) {
    case 'ready':
      return event.isFirst
        ? dim(`  ${event.name.padEnd(12)}${seconds(event.seconds)}`)
        : `${event.name} is back (${seconds(event.seconds)})`;
    case 'fell':
      return `${event.name} ended (${event.how}); it is started again in ${seconds(event.delayMs / 1000)} — log: ${event.logFile}`;
    case 'ended':
      return event.name === 'migration' ? undefined : `${event.name} ended as asked`;
  }
}

/** Stops the stack at the first signal, forces it at the second. */
function stopOnSignals(
  stack: Stack,
  terminal: Terminal,
): { close: () => Promise<void>; closed: Promise<void>; isStopping: () => boolean } {
  let stopping: Promise<void> | undefined;
  const { promise: closed, resolve, reject } = Promise.withResolvers<void>();
  // Whoever does not wait for the end must not be ended by how it went.
  closed.catch(() => {});
  const close = () => {
    stopping ??= stack.stop().then(resolve, reject);
    return stopping;
  };
  const onSignal = () => {
    if (stopping === undefined) {
      terminal.err('stopping: running trials are checkpointed and handed back (again to force)');
      void close();
    } else {
      void stack.stop({ force: true });
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return { close, closed, isStopping: () => stopping !== undefined };
}

async function openExisting(paths: StackPaths, terminal: Terminal): Promise<OpenStack> {
  const url = await waitForStack(paths);
  terminal.err(`already running at ${url}`);
  const { adminToken } = await loadSecrets(paths.secrets);
  return {
    target: { url, token: adminToken },
    isOwn: false,
    closed: Promise.resolve(),
    close: async () => {},
  };
}

/** Starts a stack, or finds the one that runs on the folder already. */
export async function openStack(
  flags: UpFlags,
  terminal: Terminal,
  onEvent: (event: ProcessEvent) => void,
): Promise<OpenStack> {
  const paths = stackPaths(flags.data);
  if ((await findRunningStack(paths)) !== undefined) return openExisting(paths, terminal);
  const startedAt = systemClock.monotonicMs();
  let askToStop = () => {};
  const lock = await acquireStackLock(paths, () => askToStop());
  if (lock === undefined) return openExisting(paths, terminal);
  terminal.err('starting Starling');
  const stack = createStack(
    {
      ...{
        paths,
        host: flags.host,
        port: flags.port,
        slots: flags.slots,
        hasDashboard: flags.dashboard,
      },
      databaseUrl: readEnvironment().databaseUrl,
      clock: systemClock,
      onEvent,
    },
    lock,
  );
  const { close, closed, isStopping } = stopOnSignals(stack, terminal);
  askToStop = () => void close();
  const target = await stack.start().catch(async (error: unknown) => {
    if (!isStopping()) throw error;
    // Asked for, so no failure; and the parts that had started end before this process does.
    await closed;
    throw new QuietExit(130);
  });
  terminal.err(`ready in ${seconds((systemClock.monotonicMs() - startedAt) / 1000)}`);
  return { target, isOwn: true, closed, close };
}

/** An address that logs a browser in once. */
export async function loginLink(target: Target): Promise<string> {
  const { api, call } = connectTo(target);
  const { path } = await call(api.access.createLoginLink.mutate());
  return `${target.url}${path}`;
}
