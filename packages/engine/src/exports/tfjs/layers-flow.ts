import type { FeatureShape } from '@starling/domain';
import type { NamedWeights } from '../export-source.ts';
import type { LayersModel } from './layers-model.ts';

/**
 * A model with the tensor that holds what flows: [n, size], [n, length, channels] for signals,
 * [n, steps, features] for sequences.
 */
export interface LayersFlow {
  model: LayersModel;
  weights: NamedWeights;
  value: string;
  shape: FeatureShape;
  /** For sequences of different lengths. */
  masks: Masks | undefined;
}

export interface Masks {
  /** [n, steps, 1]: 1 for steps of the sequence, 0 for padding. */
  valid: string;
  /** [n, steps, 1]: the opposite; made where it is first asked for, as tfjs takes no layer that nothing uses. */
  readonly padding: string;
}

/**
 * Added to what goes into a sigmoid or a softmax, it leaves exactly 0 or 1. It is only ever
 * multiplied by a flag that is exactly 0 elsewhere, so no other value loses precision by it.
 */
export const CERTAIN = 1e4;
