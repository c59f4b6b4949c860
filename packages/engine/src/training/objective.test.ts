import { loadKernels } from '@starling/kernels';
import { describe, expect, it } from 'vitest';
import { balancedWeights } from './objective.ts';

// Three classes in rows of four floats, as the kernels have them.
const logits = [1.5, -0.3, 0.2, 0, 0.1, 2, -1, 0, -0.7, 0.4, 0.9, 0, 3, 0, 0.5, 0];
const labels = [0, 2, 1, 1];
const weights = [0.5, 2, 1.25];
const ones = [1, 1, 1];

/** torch.nn.functional.cross_entropy(logits, labels, weight, label_smoothing), PyTorch 2.15. */
const golden: readonly [number[], number, number, number[]][] = [
  [
    ones,
    0.1,
    1.9078126,
    [
      -0.0594603, 0.02040769, 0.0390526, 0.02284354, 0.2001119, -0.2229555, 0.01957718, -0.1494855,
      0.1299083, 0.2125397, -0.2223367, 0.009797026,
    ],
  ],
  [
    weights,
    0,
    2.1898191,
    [
      -0.02647894, 0.009996877, 0.01648206, 0.02711032, 0.1812568, -0.2083671, 0.03883202,
      -0.2311683, 0.1923362, 0.3073016, -0.3325264, 0.02522485,
    ],
  ],
  [
    weights,
    0.1,
    2.11912513,
    [
      -0.0116102, -9.779484e-5, 0.011708, 0.02421177, 0.1696626, -0.1938743, 0.03447727, -0.2123545,
      0.1778772, 0.2928792, -0.3099118, 0.01703254,
    ],
  ],
];

describe.each(['relaxed', 'plain'] as const)('the objective (%s)', (build) => {
  it.each(golden)(
    'is PyTorch’s for weights %j and smoothing %d',
    (w, smoothing, loss, gradient) => {
      const kernels = loadKernels({ build });
      const { arena } = kernels;
      const place = (values: number[]) => {
        const pointer = arena.allocate(values.length);
        arena.floats(pointer, values.length).set(values);
        return pointer;
      };
      const [x, settings, d] = [place(logits), place([...w, smoothing]), place(logits)];
      const y = arena.allocate(4);
      const sums = arena.allocate(4);
      arena.integers(y, 4).set(labels);
      kernels.weightedCrossEntropy(d, x, 4, y, 4, 3, settings, sums);
      expect((arena.doubles(sums, 1)[0] ?? 0) / 4).toBeCloseTo(loss, 6);
      const found = [...arena.floats(d, 16)];
      expect(found.filter((_, index) => index % 4 === 3)).toEqual([0, 0, 0, 0]);
      found
        .filter((_, index) => index % 4 < 3)
        .forEach((value, index) => {
          expect(value).toBeCloseTo(gradient[index] ?? Number.NaN, 6);
        });
    },
  );

  it('clips a gradient as PyTorch’s clip_grad_norm_, and leaves shorter ones as they are', () => {
    const { arena, clipByNorm } = loadKernels({ build });
    const g = arena.allocate(8);
    const limit = arena.allocate(2);
    const values = [3, -4, 0, 12, 0, 0, 0, 0];
    arena.floats(g, 8).set(values);
    arena.doubles(limit, 1)[0] = 13.1;
    clipByNorm(g, 8, limit);
    expect([...arena.floats(g, 8)]).toEqual(values);
    arena.doubles(limit, 1)[0] = 6.5;
    clipByNorm(g, 8, limit);
    const expected = [1.4999998807907104, -1.9999998807907104, 0, 5.999999523162842, 0, 0, 0, 0];
    expected.forEach((value, index) => {
      expect(arena.floats(g, 8)[index]).toBeCloseTo(value, 6);
    });
  });
});

describe('balancedWeights', () => {
  it('are rows by classes and their rows; 1 for a class without rows', () => {
    expect(balancedWeights([0, 0, 0, 2], 3)).toEqual([4 / 9, 1, 4 / 3]);
  });
});
