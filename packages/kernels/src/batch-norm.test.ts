import { describe, expect, it } from 'vitest';
import { loadKernels, type Pointer } from './index.ts';

// torch.nn.BatchNorm1d(2) in training, PyTorch 2.15: outputs, then the running statistics.
const vectors = {
  x: [1, -2, 3, 0.5, 0, 4],
  y: [-0.26726037, -1.1513844, 1.3363018, -0.13545698, -1.0690415, 1.2868413],
  mean: [0.13333334, 0.08333334],
  variance: [1.1333333, 1.8083334],
};
const signals = {
  x: [1, -2, 0.5, 2, 0, 1, 3, 0.5, -1, 4, 2, -3],
  y: [
    0.42399827, -1.483994, 0.10599956, 0.46290955, -0.46290955, 0, 1.6959931, 0.10599956,
    -0.84799659, 1.3887286, 0.46290955, -1.8516382,
  ],
  mean: [0.03333334, 0.1],
  variance: [1.1966666, 1.4599999],
};

describe.each(['relaxed', 'plain'] as const)('batch norm (%s)', (build) => {
  const kernels = loadKernels({ build });
  const { arena } = kernels;

  /** Rows of `width` values at a stride of four, the pads as given. */
  function place(values: number[], width: number, pad = 0): Pointer {
    const rows = values.length / width;
    const pointer = arena.allocate(4 * rows);
    const floats = arena.floats(pointer, 4 * rows).fill(pad);
    values.forEach((value, index) => {
      floats[4 * Math.floor(index / width) + (index % width)] = value;
    });
    return pointer;
  }

  function expectRows(pointer: Pointer, width: number, expected: number[]): void {
    const floats = arena.floats(pointer, (4 * expected.length) / width);
    expected.forEach((value, index) => {
      const found = floats[4 * Math.floor(index / width) + (index % width)];
      expect(found).toBeCloseTo(value, 5);
    });
  }

  const fresh = () => ({
    weight: place([1, 1], 2),
    bias: place([0, 0], 2),
    mean: place([0, 0], 2),
    variance: place([1, 1], 2),
    moments: arena.allocate(8),
  });

  it('is PyTorch’s over vectors', () => {
    const { weight, bias, mean, variance, moments } = fresh();
    const y = arena.allocate(12);
    const x = place(vectors.x, 2);
    kernels.normaliseColumns(y, x, 4, 3, 4, weight, bias, mean, variance, moments, 1);
    expectRows(y, 2, vectors.y);
    expectRows(mean, 2, vectors.mean);
    expectRows(variance, 2, vectors.variance);
  });

  it('is PyTorch’s over signals, whatever lies behind their ends', () => {
    const { weight, bias, mean, variance, moments } = fresh();
    const y = arena.allocate(16);
    const x = place(signals.x, 3, 777);
    kernels.normaliseSignal(y, x, 4, 2, 2, 3, weight, bias, mean, variance, moments, 1);
    expectRows(y, 3, signals.y);
    expectRows(mean, 2, signals.mean);
    expectRows(variance, 2, signals.variance);
  });

  it('uses the running statistics, unmoved, in inference and for a single row', () => {
    for (const isTraining of [0, 1] as const) {
      const { weight, bias, moments } = fresh();
      const mean = place([1, -1], 2);
      const variance = place([4, 0.25], 2);
      const y = arena.allocate(4);
      const x = place([3, 0], 2);
      kernels.normaliseColumns(y, x, 4, 1, 4, weight, bias, mean, variance, moments, isTraining);
      expectRows(
        y,
        2,
        [1, 2].map((value, k) => value / Math.sqrt(1 + 1e-5 / ([4, 0.25][k] ?? 1))),
      );
      expectRows(mean, 2, [1, -1]);
      expectRows(variance, 2, [4, 0.25]);
    }
  });
});
