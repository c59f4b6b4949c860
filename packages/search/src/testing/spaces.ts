import { parseSweepSpec, type SweepSpec, type SweepSpecInput } from '@starling/domain';

/** A sweep over a space, everything else small; `overrides` replace whole fields. */
export function buildSweep(
  space: SweepSpecInput['space'],
  overrides: Partial<SweepSpecInput> = {},
): SweepSpec {
  return parseSweepSpec({
    name: 'search contract',
    dataset: 'eeg-synthetic',
    budget: { trials: 40, epochs: 10 },
    space,
    ...overrides,
  });
}

/** Spaces that every sampler must manage, by what is special about them. */
export const contractSpaces: Record<string, SweepSpecInput['space']> = {
  'one fixed network': { families: { 'mlp-baseline': {} } },
  'a continuous log axis': {
    families: {
      'mlp-baseline': {
        parameters: { learningRate: { type: 'float', min: 1e-4, max: 1e-1, scale: 'log' } },
      },
    },
  },
  'three families, shared and own axes': {
    parameters: {
      learningRate: { type: 'float', min: 1e-4, max: 1e-1, scale: 'log' },
      batchSize: [32, 64],
    },
    families: {
      mlp: {
        weight: 2,
        parameters: {
          depth: { type: 'int', min: 1, max: 3 },
          width: { type: 'int', min: 16, max: 256, scale: 'log' },
          learningRate: 0.01,
        },
      },
      cnn: { parameters: { kernel: { type: 'int', min: 3, max: 9, step: 2 } } },
      rnn: { weight: 0, parameters: { hidden: [8, 16] } },
    },
  },
  'branches, finite': {
    families: {
      mlp: {
        parameters: {
          optimizer: ['adam', 'sgd'],
          momentum: { type: 'float', min: 0.5, max: 0.9, step: 0.2 },
          depth: { type: 'int', min: 0, max: 2 },
          width: { type: 'categorical', values: [16, 32], when: { depth: [1, 2] } },
        },
      },
      'cnn-deep': { parameters: { standardise: [true, false] } },
    },
  },
};
