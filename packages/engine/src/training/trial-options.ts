import type {
  Clock,
  Configuration,
  ConfusionMatrix,
  EpochReport,
  NetworkSpec,
  ParameterValue,
} from '@starling/domain';
import type { TrainingData } from '../data/training-data.ts';

export interface TrialOptions {
  /** Training parameters are read from it; absent ones have their defaults. */
  configuration: Configuration | { family: string; [parameter: string]: ParameterValue };
  network: NetworkSpec;
  data: TrainingData;
  /** The trial's own seed: weights, order of rows and dropout follow from it. */
  seed: number;
  /** Epochs in all, those before `resumeFrom` too. */
  epochs: number;
  clock: Clock;
  /** Ends training: at once between two batches; the unfinished epoch is forgotten. */
  signal?: AbortSignal;
  /** A checkpoint of the same trial. */
  resumeFrom?: Uint8Array;
  /** Called between epochs, when the report was taken and this much time has gone by. */
  checkpointEverySeconds?: number;
  onCheckpoint?: (checkpoint: TrialCheckpoint) => void | Promise<void>;
}

export interface TrialCheckpoint {
  /** Epochs finished. */
  epoch: number;
  /** A safetensors file; see `writeCheckpoint`. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** The trial at its best epoch: highest validation accuracy, the earliest among equals. */
export interface BestEpoch {
  report: EpochReport;
  /** counts[actual][predicted] on the validation split. */
  confusionMatrix: ConfusionMatrix;
  /** On the validation split; null unless there are two classes. */
  validationAuc: number | null;
  /** A safetensors file with PyTorch's names. */
  weights: Uint8Array<ArrayBuffer>;
}

export interface TrialOutcome {
  /**
   * completed: all epochs, or those that the trial's patience gave it; diverged: a loss was no finite number, the epoch in which that
   * happened has no report; interrupted: by the signal or by a consumer that went away.
   */
  status: 'completed' | 'diverged' | 'interrupted';
  /** Why a completed trial has fewer epochs than it was given, in words; else null. */
  reason: string | null;
  /** Epochs finished. */
  epochs: number;
  /** Reports of all finished epochs, those of a checkpoint too. */
  history: readonly EpochReport[];
  /** Null where no epoch was finished. */
  best: BestEpoch | null;
}

/**
 * A running trial. Iterate it once: each step trains one epoch and gives its report, so a
 * consumer that waits pauses the trial. Losses and accuracies are those of the weights at the
 * end of the epoch, on the whole training split too and without dropout, so that the gap
 * between train and validation is honest.
 */
export interface TrialRun extends AsyncIterable<EpochReport> {
  /** Settles when the iteration has ended; rejects with what it threw. */
  readonly outcome: Promise<TrialOutcome>;
  /** Reports so far; after a resume it begins with those of the checkpoint. */
  readonly history: readonly EpochReport[];
  /** The state after the last finished epoch, whenever called; null before the first. */
  checkpoint(): TrialCheckpoint | null;
}
