import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerSummary } from '@starling/domain';
import { descendants } from './processes.ts';
import { type CommandResult, eventually, spawnStarling, type TestStack } from './stack.ts';

/** A worker that joined a stack from a process and a folder of its own. */
export interface JoinedWorker {
  name: string;
  /** What it has said so far. */
  said(): string;
  /** As the fleet shows it now. */
  summary(): Promise<WorkerSummary>;
  /** Signals the command, which is what Ctrl-C and a service manager do. */
  kill(signal: NodeJS.Signals): void;
  /** SIGKILL to the process that trains, which has no chance to say anything. */
  murder(): void;
  ended: Promise<CommandResult>;
}

/** A token of a role, made by the command line. */
export async function createToken(stack: TestStack, role: string): Promise<string> {
  const made = await stack.starling('token', 'create', '--role', role, '--name', `a ${role}`);
  if (made.status !== 0) throw new Error(made.stderr);
  return made.stdout.trim();
}

export async function summaryOf(
  stack: TestStack,
  name: string,
): Promise<WorkerSummary | undefined> {
  return (await stack.api.fleet.list.query()).find((worker) => worker.name === name);
}

/** Starts `starling worker` and, unless told otherwise, waits until the fleet has it. */
export async function joinWorker(
  stack: TestStack,
  options: {
    name: string;
    /** Without one it takes what the stack left in its folder. */
    token?: string;
    slots?: number;
    url?: string;
    waits?: boolean;
    flags?: string[];
  },
): Promise<JoinedWorker> {
  const { name, token, slots = 1, url = stack.url, flags = [] } = options;
  const cache = await mkdtemp(join(tmpdir(), 'starling-joined-'));
  const command = spawnStarling([
    ...(token === undefined
      ? ['worker', '--data', stack.folder]
      : ['worker', '--url', url, '--token', token]),
    ...['--slots', String(slots), '--name', name, '--cache', cache],
    ...flags,
  ]);
  const ended = command.ended.finally(() => rm(cache, { recursive: true, force: true }));
  const worker: JoinedWorker = {
    name,
    said: () => command.output.stdout + command.output.stderr,
    async summary() {
      const found = await summaryOf(stack, name);
      if (found === undefined) throw new Error(`the fleet has no ${name}`);
      return found;
    },
    kill: command.kill,
    murder() {
      for (const { pid } of descendants(command.pid)) process.kill(pid, 'SIGKILL');
    },
    ended,
  };
  if (options.waits !== false) {
    const early = ended.then(() => Promise.reject(new Error(`it ended:\n${worker.said()}`)));
    early.catch(() => {});
    await Promise.race([
      early,
      eventually(`${name} to join`, async () =>
        (await summaryOf(stack, name))?.status === 'connected' ? true : undefined,
      ),
    ]).catch((error: unknown) => {
      command.kill('SIGTERM');
      throw error;
    });
  }
  return worker;
}
