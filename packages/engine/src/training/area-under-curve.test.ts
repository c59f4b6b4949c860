import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from './area-under-curve.ts';

const area = (scores: number[], labels: number[]) =>
  areaUnderCurve(Float32Array.from(scores), Int32Array.from(labels));

describe('areaUnderCurve', () => {
  // The first is the example of scikit-learn's roc_auc_score, the rest by counting pairs.
  it.each([
    [[0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75],
    [[0, 1, 2, 3], [0, 0, 1, 1], 1],
    [[3, 2, 1, 0], [0, 0, 1, 1], 0],
    [[5, 5, 5, 5], [0, 1, 0, 1], 0.5],
    [[1, 2, 2, 3], [0, 0, 1, 1], 0.875],
  ])('of %j with %j is %d', (scores, labels, expected) => {
    expect(area(scores, labels)).toBe(expected);
  });

  it('is null where a class is missing or a score is no number', () => {
    expect(area([1, 2], [1, 1])).toBeNull();
    expect(area([1, Number.NaN], [0, 1])).toBeNull();
  });
});
