import { inputError } from '../../errors/index.ts';
import type { DataShape } from '../data-shape.ts';
import type { NetworkInput } from '../network-spec.ts';

/** Data as a signal; the features of a sequence of fixed length become channels. */
export function signalInput(shape: DataShape): NetworkInput {
  if (shape.kind === 'signal') {
    return { kind: 'signal', channels: shape.channels, length: shape.length };
  }
  return { kind: 'signal', channels: shape.features, length: shape.maxSteps };
}

/**
 * Data as a sequence. A signal is cut into steps of `chunk` samples of every channel; the
 * last step is filled with zeros where `chunk` does not divide the length.
 */
export function sequenceInput(shape: DataShape, chunk: number): NetworkInput {
  if (shape.kind === 'sequence') {
    const steps = shape.variable === false ? shape.maxSteps : null;
    return { kind: 'sequence', steps, features: shape.features };
  }
  if (chunk > shape.length) {
    throw inputError('invalid-network', [
      {
        field: 'chunk',
        message: `a step is longer than the signal of ${shape.length} samples`,
        value: String(chunk),
        fix: `use a chunk of at most ${shape.length}`,
      },
    ]);
  }
  return {
    kind: 'sequence',
    steps: Math.ceil(shape.length / chunk),
    features: chunk * shape.channels,
  };
}
