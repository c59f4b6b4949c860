import { AppError, type Clock, inputError } from '@starling/domain';
import { z } from 'zod';
import type { Target } from '../connection/connect.ts';
import { type Credentials, makePrivateFolder, writePrivately } from '../connection/credentials.ts';
import { localUrl, planMigration, planPostgres, planStack } from './plan-stack.ts';
import { chooseFrontPort, freePorts } from './ports.ts';
import { loadSecrets } from './secrets.ts';
import type { StackLock } from './stack-lock.ts';
import type { StackPaths } from './stack-paths.ts';
import {
  type ProcessEvent,
  type ProcessPlan,
  type SupervisedProcess,
  superviseProcess,
} from './supervised-process.ts';

export interface StackOptions {
  paths: StackPaths;
  host: string;
  port: number | undefined;
  slots: number;
  hasDashboard: boolean;
  databaseUrl: string | undefined;
  clock: Clock;
  onEvent: (event: ProcessEvent) => void;
}

export interface Stack {
  /**
   * Starts the parts in order and resolves, once all serve, to the front door and the admin
   * token for programs on this machine. On failure everything is stopped before it rejects.
   */
  start(): Promise<Target>;
  /** Process numbers of the parts that run now, by name. */
  pids(): Record<string, number>;
  /** Ends every part in order, workers first; force kills all but the database. */
  stop(options?: { force?: boolean }): Promise<void>;
}

/** Order of ending: whoever needs another part ends before it. */
const stages = [
  ['worker'],
  ['dashboard', 'inference'],
  ['coordinator'],
  ['migration'],
  ['postgres'],
] as const;

function checkDatabaseUrl(databaseUrl: string): string {
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) return databaseUrl;
  throw inputError('invalid-input', [
    {
      field: 'DATABASE_URL',
      message: 'is no Postgres address',
      fix: 'write it as postgresql://user:password@host:5432/database',
    },
  ]);
}

/** The parts of one stack, kept up until it is stopped. */
export function createStack(options: StackOptions, lock: StackLock): Stack {
  const { paths, clock, onEvent } = options;
  const running = new Map<string, SupervisedProcess>();
  let isStopping = false;

  function supervise(plan: ProcessPlan): Promise<unknown> {
    if (isStopping) throw new AppError('conflict', 'the stack is being stopped');
    const process = superviseProcess(plan, { clock, onEvent });
    running.set(plan.name, process);
    return process.start();
  }

  async function stop({ force = false } = {}): Promise<void> {
    isStopping = true;
    for (const names of stages) {
      await Promise.all(
        // Killing the host would leave its Postgres behind.
        names.map((name) => running.get(name)?.stop({ force: force && name !== 'postgres' })),
      );
    }
    await lock.release();
  }

  async function startParts(): Promise<Target> {
    const port = await chooseFrontPort(options.host, options.port);
    const [postgresPort = 0, inference = 0, dashboard = 0] = await freePorts(3);
    // Data sets and what is learnt from them are their owner's alone, as are logs.
    const { logs, coordinatorData, inferenceData, workerData } = paths;
    await Promise.all([logs, coordinatorData, inferenceData, workerData].map(makePrivateFolder));
    const secrets = await loadSecrets(paths.secrets);
    const databaseUrl =
      options.databaseUrl === undefined
        ? z.string().parse(await supervise(planPostgres(paths, postgresPort)))
        : checkDatabaseUrl(options.databaseUrl);
    await supervise(planMigration(paths, databaseUrl));
    const plans = planStack({
      ...{ host: options.host, port, slots: options.slots, paths, secrets, databaseUrl },
      ports: { inference, dashboard },
      databaseKind: options.databaseUrl === undefined ? 'embedded' : 'external',
    });
    const wanted = [plans.coordinator(), plans.inference()];
    if (options.hasDashboard) wanted.push(plans.dashboard());
    if (options.slots > 0) wanted.push(plans.worker());
    await Promise.all(wanted.map(supervise));

    const target: Target = { url: localUrl(options.host, port), token: secrets.adminToken };
    const credentials: Credentials = { ...target, workerToken: secrets.workerToken };
    await writePrivately(paths.credentials, `${JSON.stringify(credentials, null, 2)}\n`);
    lock.announce(target.url);
    return target;
  }

  return {
    stop,
    async start() {
      try {
        return await startParts();
      } catch (error) {
        if (!isStopping) await stop({ force: true });
        throw error;
      }
    },
    pids: () =>
      Object.fromEntries(
        [...running.values()].flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid]])),
      ),
  };
}
