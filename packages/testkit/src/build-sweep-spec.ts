import { parseSweepSpec, type SweepSpec, type SweepSpecInput } from '@starling/domain';

/** A small random sweep over MLPs; parsed, so that an override that makes no sense throws. */
export function buildSweepSpec(change: Partial<SweepSpecInput> = {}): SweepSpec {
  return parseSweepSpec({
    name: 'a sweep',
    dataset: 'a-dataset',
    seed: 1,
    sampler: { kind: 'random' },
    budget: { trials: 4, epochs: 3 },
    space: {
      parameters: { learningRate: { type: 'float', min: 0.001, max: 0.1, scale: 'log' } },
      families: { mlp: {} },
    },
    ...change,
  });
}
