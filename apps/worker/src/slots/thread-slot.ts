import { Worker } from 'node:worker_threads';
import { AppError } from '@starling/domain';
import { errorOf } from '../packs/failure-of.ts';
import type { Slot, SlotEnding, SlotJob, SlotListener } from './slot.ts';
import type { FromThread, ToThread } from './thread-messages.ts';

/** Run from source (tests), threads load sources too; built, they load what was built. */
const isSource = import.meta.url.endsWith('.ts');

function startThread(): Worker {
  return isSource
    ? new Worker(new URL('./slot-thread.ts', import.meta.url), {
        execArgv: ['--conditions=starling-source'],
      })
    : new Worker(new URL('./slot-thread.js', import.meta.url));
}

/** What a thread tells the trial that it trains. */
interface Ear {
  hear(message: FromThread): void;
  /** The thread is gone. */
  fail(thrown: unknown): void;
}

/**
 * A slot in a thread of its own, so that neither heartbeats nor other slots wait for its
 * arithmetic. The thread is kept from trial to trial; one that crashed or was aborted is
 * replaced when the next trial comes.
 */
export function createThreadSlot(start: () => Worker = startThread): Slot {
  let thread: Worker | undefined;
  let ear: Ear | undefined;

  function hire(): Worker {
    const worker = start();
    // For good, not for one trial: an idle thread's error would otherwise end the process.
    const lose = (thrown: unknown): void => {
      if (thread !== worker) return;
      thread = undefined;
      void worker.terminate();
      ear?.fail(thrown);
    };
    worker.on('message', (message: FromThread) => {
      if (thread === worker) ear?.hear(message);
    });
    worker.on('error', lose);
    worker.on('messageerror', lose);
    worker.on('exit', (code) =>
      lose(new AppError('internal', `the slot's thread ended with code ${code}`)),
    );
    return worker;
  }

  async function discard(): Promise<void> {
    const old = thread;
    thread = undefined;
    await old?.terminate();
  }

  async function train(
    job: SlotJob,
    listener: SlotListener,
    signal: AbortSignal,
  ): Promise<SlotEnding> {
    signal.throwIfAborted();
    thread ??= hire();
    const worker = thread;
    const { promise, resolve, reject } = Promise.withResolvers<SlotEnding>();
    const post = (message: ToThread): void => worker.postMessage(message);
    const giveUp = (reason: unknown): void => {
      reject(reason);
      if (thread === worker) void discard();
    };
    const abort = (): void => giveUp(signal.reason);

    ear = {
      fail: (thrown) => reject(errorOf(thrown)),
      hear(message) {
        switch (message.kind) {
          case 'epoch':
            listener
              .onEpoch(message.report)
              .then((command) => post({ kind: 'command', command }), giveUp);
            break;
          case 'checkpoint':
            listener.onCheckpoint(message.epoch, message.bytes);
            break;
          case 'ended':
            resolve(message.ending);
            break;
          case 'failed':
            reject(AppError.fromWire(message.error));
            break;
        }
      },
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      post({ kind: 'train', job });
      return await promise;
    } finally {
      ear = undefined;
      signal.removeEventListener('abort', abort);
    }
  }

  return { train, close: discard };
}
