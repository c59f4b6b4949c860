import type { DataShape, NetworkSpec } from '@starling/domain';
import type { Split, Standardisation } from '../data/training-data.ts';
import type { Objective } from '../training/objective.ts';
import type { OptimizerSettings } from '../training/optimizer.ts';
import type { NamedTensors } from './golden.ts';

/** A trainer seen one step at a time, over one batch: what the contract suite asks of all. */
export interface StepTrainer {
  readonly name: string;
  open(options: StepOptions): StepSession;
}

export interface StepOptions {
  spec: NetworkSpec;
  shape: DataShape;
  /** All of its rows are the batch. */
  batch: Split;
  settings: OptimizerSettings;
  weights: NamedTensors;
  standardisation?: Standardisation;
  /** The plain cross-entropy where absent. */
  objective?: Objective;
  /** Names the masks of dropout. */
  seed?: number;
}

export interface StepSession {
  /** Mean loss, logits [rows, classes] in the order of the batch, gradients; changes nothing. */
  inspect(): { loss: number; logits: Float32Array; gradients: NamedTensors };
  /** One optimizer step; the mean loss before it. */
  step(): number;
  weights(): NamedTensors;
}
