import { type MessagePort, parentPort } from 'node:worker_threads';
import { AppError } from '@starling/domain';
import { errorOf } from '../packs/failure-of.ts';
import type { EpochCommand, SlotJob } from './slot.ts';
import type { FromThread, ToThread } from './thread-messages.ts';
import { trainOnEngine } from './train-on-engine.ts';

/** The thread of one slot: trains what it is told, one trial at a time, and asks after each epoch. */
function serve(port: MessagePort): void {
  let giveCommand: ((command: EpochCommand) => void) | undefined;

  /** Bytes of its own go over without a copy; views of shared or larger buffers are copied. */
  function post(message: FromThread, bytes: Uint8Array | null = null): void {
    const isWhole =
      bytes !== null &&
      bytes.buffer instanceof ArrayBuffer &&
      bytes.byteLength === bytes.buffer.byteLength;
    port.postMessage(message, isWhole ? [bytes.buffer as ArrayBuffer] : []);
  }

  async function train(job: SlotJob): Promise<void> {
    try {
      const ending = await trainOnEngine(job, {
        onEpoch(report) {
          const { promise, resolve } = Promise.withResolvers<EpochCommand>();
          giveCommand = resolve;
          post({ kind: 'epoch', report });
          return promise;
        },
        onCheckpoint: (epoch, bytes) => post({ kind: 'checkpoint', epoch, bytes }, bytes),
      });
      post(
        { kind: 'ended', ending },
        ending.kind === 'suspended' ? ending.checkpoint : ending.weights,
      );
    } catch (thrown) {
      post({ kind: 'failed', error: errorOf(thrown).toWire() });
    }
  }

  port.on('message', (message: ToThread) => {
    if (message.kind === 'train') void train(message.job);
    else giveCommand?.(message.command);
  });
}

if (parentPort === null) throw new AppError('internal', 'a slot runs in a worker thread');
serve(parentPort);
