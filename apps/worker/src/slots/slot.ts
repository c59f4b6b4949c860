import type { ConfusionMatrix, EpochReport } from '@starling/domain';
import type { AssignedTrial } from '@starling/protocol';

export interface SlotJob {
  trial: AssignedTrial;
  /** The stored data set, whole; shared by all slots of the process where it is a SharedArrayBuffer. */
  dataset: ArrayBufferLike;
  /** The checkpoint to go on from; null for a fresh start. */
  checkpoint: Uint8Array | null;
}

/**
 * What a slot does after an epoch. `finish`: end here and hand over the best weights;
 * `suspend`: end here with a checkpoint from which another slot goes on.
 */
export type EpochCommand =
  | { kind: 'continue'; isCheckpointDue: boolean }
  | { kind: 'finish' }
  | { kind: 'suspend' };

export interface SlotListener {
  /** Called after each epoch, in order; the slot waits for the answer. */
  onEpoch(report: EpochReport): Promise<EpochCommand>;
  /** A checkpoint that was asked for; training goes on meanwhile. */
  onCheckpoint(epoch: number, bytes: Uint8Array): void;
}

/** How a trial left its slot. */
export type SlotEnding =
  | {
      kind: 'trained';
      /** `completed`: all epochs; `finished`: told to; `diverged`: the loss is no number any more. */
      cause: 'completed' | 'finished' | 'diverged';
      /** In words; null where there is nothing to say. */
      reason: string | null;
      confusionMatrix: ConfusionMatrix | null;
      validationAuc: number | null;
      /** The best epoch's weights as safetensors; null where no epoch was finished. */
      weights: Uint8Array | null;
    }
  | { kind: 'suspended'; epoch: number; checkpoint: Uint8Array };

/** One place where a trial trains. */
export interface Slot {
  /**
   * Trains one trial; one at a time. Rejects with an AppError that names what broke, the
   * slot being usable again; with the signal's reason, at once, where that is aborted.
   */
  train(job: SlotJob, listener: SlotListener, signal: AbortSignal): Promise<SlotEnding>;
  /** Ends whatever runs and frees the slot's thread. */
  close(): Promise<void>;
}
