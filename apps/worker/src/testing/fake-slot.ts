import { type EpochReport, trialSeed } from '@starling/domain';
import { sleep } from '@starling/runtime';
import type { Slot, SlotJob } from '../slots/slot.ts';

/** The curve of a trial: a function of its seed and the epoch alone. */
export function curveAt(seed: number, epoch: number): EpochReport {
  const share = (stream: number): number => (trialSeed(seed + stream, epoch) % 1000) / 1000;
  return {
    epoch,
    trainLoss: share(1),
    trainAccuracy: share(2),
    validationLoss: share(3),
    validationAccuracy: share(4),
    learningRate: 0.001,
    seconds: 0,
  };
}

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

export interface FakeSlotOptions {
  epochMs?: number;
  /** Thrown after this epoch of any trial. */
  failAfter?: { epoch: number; error: Error };
  /** Every job that was begun. */
  jobs?: SlotJob[];
}

/** A trainer without arithmetic: keeps the slot's contract, trains a curve that is known. */
export function createFakeSlot(options: FakeSlotOptions = {}): Slot {
  const { epochMs = 1, failAfter, jobs = [] } = options;
  return {
    async train(job, listener, signal) {
      jobs.push(job);
      const { trial, checkpoint } = job;
      const start: number =
        checkpoint === null ? 0 : JSON.parse(new TextDecoder().decode(checkpoint)).epoch;
      let epoch = start;
      let cause: 'completed' | 'finished' = 'completed';
      while (epoch < trial.epochs) {
        await sleep(epochMs, { signal });
        epoch++;
        const command = await listener.onEpoch(curveAt(trial.seed, epoch));
        signal.throwIfAborted();
        if (failAfter?.epoch === epoch) throw failAfter.error;
        if (command.kind === 'suspend') {
          return { kind: 'suspended', epoch, checkpoint: encode({ epoch, seed: trial.seed }) };
        }
        if (command.kind === 'finish') {
          cause = 'finished';
          break;
        }
        if (command.isCheckpointDue) {
          listener.onCheckpoint(epoch, encode({ epoch, seed: trial.seed }));
        }
      }
      return {
        kind: 'trained',
        cause,
        reason: null,
        confusionMatrix: [[1]],
        validationAuc: null,
        weights: encode({ weights: trial.seed, epoch }),
      };
    },
    async close() {},
  };
}
