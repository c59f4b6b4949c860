import {
  type AppError,
  type Clock,
  catalogueHash,
  type Gpu,
  toAppError,
  type WorkerProbe,
  workerIdSchema,
} from '@starling/domain';
import { type PackRefill, protocolVersion, type WorkerWelcome } from '@starling/protocol';
import {
  after,
  every,
  type Logger,
  newId,
  type Repetition,
  systemClock,
  withDeadline,
} from '@starling/runtime';
import { createArtifactClient } from './artifacts/artifact-client.ts';
import { createDatasetCache } from './artifacts/dataset-cache.ts';
import { connectToCoordinator } from './connection/coordinator-link.ts';
import { describeMachine } from './machine/describe-machine.ts';
import { deliver } from './outbox/deliver.ts';
import { Notice } from './outbox/notice.ts';
import { Outbox } from './outbox/outbox.ts';
import { Station } from './packs/station.ts';
import type { Slot } from './slots/slot.ts';
import { createThreadSlot } from './slots/thread-slot.ts';

export interface WorkerOptions {
  /** Origin of the coordinator's front port. */
  url: string;
  /** Of role worker. */
  token: string;
  name: string;
  slots: number;
  /** Where data sets are cached, by hash. */
  cacheFolder: string;
  cacheBytes?: number;
  log: Logger;
  /** What it trains with, on which cards, and how fast that is. */
  engine: { name: string; build: string; gpus?: Gpu[]; probe?: WorkerProbe };
  /** Reports that may wait for an absent coordinator before training waits too. */
  outboxLimit?: number;
  clock?: Clock;
  /** By default a thread each. */
  createSlot?: () => Slot;
  /** How long an answer may take. */
  answerTimeoutMs?: number;
  backoff?: { initialMs: number; maximumMs: number };
}

export type WorkerEnding =
  /** Everything handed back and received. */
  | { kind: 'drained' }
  /** A slot's engine does not start any more; everything was handed back as far as it was possible. */
  | { kind: 'engine-lost'; error: AppError }
  /** The drain took too long; leases of what ran will lapse. */
  | { kind: 'cut-short'; attempts: number }
  /** The coordinator will not take this worker. */
  | { kind: 'refused'; error: AppError };

export interface RunningWorker {
  readonly id: string;
  /** Resolves when the worker has ended, by a drain or a refusal. */
  readonly ended: Promise<WorkerEnding>;
  /** Hands everything back and says goodbye, in `withinMs` at most. Asked again, the same drain. */
  drain(reason: string, withinMs: number): Promise<WorkerEnding>;
  readonly status: {
    isConnected: boolean;
    isDraining: boolean;
    slots: number;
    busy: number;
    pendingFacts: number;
  };
}

const GOODBYE_MS = 2000;
const COORDINATOR_DRAIN_MS = 120_000;
const TOKEN_FIX =
  'give it a token of role worker in STARLING_TOKEN: starling token create --name NAME --role worker';

/** Connects to a coordinator and trains what it assigns until drained or refused. */
export function runWorker(options: WorkerOptions): RunningWorker {
  const { log, clock = systemClock, createSlot = () => createThreadSlot(), backoff } = options;
  const id = workerIdSchema.parse(newId('worker', clock));
  const closing = new AbortController();
  const { signal } = closing;
  const ended = Promise.withResolvers<WorkerEnding>();
  const outbox = new Outbox();
  const changes = new Notice();
  const artifacts = createArtifactClient({
    url: options.url,
    token: options.token,
    log,
    signal,
    ...(backoff && { backoff }),
  });
  const datasets = createDatasetCache({
    artifacts,
    folder: options.cacheFolder,
    limitBytes: options.cacheBytes ?? 20 * 1024 ** 3,
    clock,
    log,
  });
  const slots = Array.from({ length: options.slots }, createSlot);
  const outboxLimit = options.outboxLimit ?? 100_000;
  let lost: AppError | undefined;
  const onEngineLost = (error: AppError): void => {
    if (lost !== undefined) return;
    lost = error;
    log.fatal({ reason: error.message }, 'no engine to train with; handing everything back');
    void drain('its engine is gone', COORDINATOR_DRAIN_MS);
  };
  const room = {
    outbox,
    changes,
    artifacts,
    datasets,
    clock,
    log,
    outboxLimit,
    onEngineLost,
    askRefill,
  };
  const station = new Station(room, slots);
  let heartbeats: Repetition | undefined;
  let draining: Promise<WorkerEnding> | undefined;

  const catalogue = catalogueHash();
  const link = connectToCoordinator({
    url: options.url,
    token: options.token,
    log,
    ...(options.answerTimeoutMs !== undefined && { answerTimeoutMs: options.answerTimeoutMs }),
    ...(backoff && { backoff }),
    hello: () => ({
      protocolVersion,
      catalogue,
      workerId: id,
      name: options.name,
      machine: describeMachine(options.engine.gpus),
      engine: options.engine.name,
      engineBuild: options.engine.build,
      slots: options.slots,
      probe: options.engine.probe ?? null,
      running: station.running.map(({ epoch: _epoch, ...ref }) => ref),
    }),
    onWelcome: welcomed,
    onRefused(error) {
      const isOfToken = error.code === 'forbidden' || error.code === 'unauthenticated';
      log.fatal(
        { code: error.code, reason: error.message, ...(isOfToken && { fix: TOKEN_FIX }) },
        'the coordinator refused this worker',
      );
      void end({ kind: 'refused', error });
    },
    handlers: {
      'pack.assign': (assignment) => ({ isAccepted: station.assign(assignment) }),
      'trial.interrupt': (message) => {
        station.interrupt(message);
        return {};
      },
      'worker.drain': ({ reason }) => {
        void drain(reason, COORDINATOR_DRAIN_MS);
        return {};
      },
    },
  });

  function welcomed(welcome: WorkerWelcome): void {
    station.drop(welcome.drop);
    void heartbeats?.stop();
    heartbeats = every(welcome.heartbeatSeconds * 1000, beat, {
      onError: (error) => log.debug({ reason: String(error) }, 'a heartbeat was not answered'),
    });
    changes.announce();
  }

  async function beat(): Promise<void> {
    if (!link.isReady) return;
    try {
      const { drop } = await link.request('worker.heartbeat', {
        isDraining: station.isDraining,
        running: station.running,
      });
      station.drop(drop);
    } catch (thrown) {
      // A coordinator that was replaced behind the same address may not know this worker.
      if (!toAppError(thrown).retryable) link.introduceAgain();
      throw thrown;
    }
  }

  /** An answer that does not come is no loss: the pack asks again while it has room. */
  async function askRefill(ask: PackRefill): Promise<boolean> {
    if (!link.isReady) return true;
    try {
      await link.request('pack.refill', ask);
    } catch (thrown) {
      const error = toAppError(thrown);
      log.debug({ ...ask, reason: error.message }, 'a pack could not ask for more trials');
      // A coordinator that does not know the event never will.
      return error.code !== 'invalid-input';
    }
    return true;
  }

  function drain(reason: string, withinMs: number): Promise<WorkerEnding> {
    if (signal.aborted) return ended.promise;
    draining ??= runDrain(reason, withinMs);
    return draining;
  }

  async function runDrain(reason: string, withinMs: number): Promise<WorkerEnding> {
    log.info({ reason, running: station.running.length }, 'draining');
    const late = new AbortController();
    const timer = after(withinMs, () => late.abort());
    try {
      const drained = station.drain(late.signal);
      // Said at once, so that idle slots are offered nothing more; the next heartbeat says it too.
      beat().catch(() => {});
      await drained;
    } catch {
      const attempts = station.running.length;
      log.error({ attempts }, 'drain took too long; leases will lapse');
      return await end({ kind: 'cut-short', attempts });
    } finally {
      timer.cancel();
    }
    return await end(
      lost === undefined ? { kind: 'drained' } : { kind: 'engine-lost', error: lost },
    );
  }

  async function end(ending: WorkerEnding): Promise<WorkerEnding> {
    await heartbeats?.stop();
    if (ending.kind !== 'cut-short' && ending.kind !== 'refused' && link.isReady) {
      const goodbye = link.request('worker.goodbye', {});
      await withDeadline(GOODBYE_MS, 'goodbye', goodbye).catch((error) =>
        log.debug({ reason: String(error) }, 'the goodbye was not heard'),
      );
    }
    closing.abort();
    link.close();
    await station.close();
    ended.resolve(ending);
    return ending;
  }

  deliver({ outbox, changes, link, log, signal, ...(backoff && { backoff }) }).catch((error) =>
    log.error({ err: error }, 'delivery ended'),
  );

  return {
    id,
    ended: ended.promise,
    drain,
    get status() {
      return {
        isConnected: link.isReady,
        isDraining: station.isDraining,
        slots: options.slots,
        busy: station.busy,
        pendingFacts: outbox.pending,
      };
    },
  };
}
