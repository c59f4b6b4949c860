import { describe, expect, it } from 'vitest';
import { channelsOf, featureRanges, isPicture, placeIn, rangeOf, stepsOf } from './sample-grid.ts';

const sample = { index: 0, className: 'a', values: [1, 2, 3, 4, 5, 6], steps: null };

it('a flat row becomes steps or channels in the order in which it is stored', () => {
  expect(stepsOf(sample, 2)).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(stepsOf({ ...sample, values: [], steps: [[7], [8]] }, 1)).toEqual([[7], [8]]);
  expect(channelsOf(sample, { kind: 'signal', channels: 2, length: 3, classes: 2 })).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

describe('ranges', () => {
  it('hold what was given, and place values in them', () => {
    expect(rangeOf([3, -1, 2])).toEqual({ low: -1, high: 3 });
    expect(rangeOf([])).toEqual({ low: 0, high: 1 });
    expect(placeIn({ low: -1, high: 3 }, 1)).toBe(0.5);
    expect(placeIn({ low: 2, high: 2 }, 2)).toBe(0.5);
  });

  it('are one for pictures, and one a feature else', () => {
    const sequences = [[[0, 100]], [[2, 300]]];
    expect(featureRanges(sequences, 2, true)).toEqual([
      { low: 0, high: 300 },
      { low: 0, high: 300 },
    ]);
    expect(featureRanges(sequences, 2, false)).toEqual([
      { low: 0, high: 2 },
      { low: 100, high: 300 },
    ]);
  });
});

it('square fixed sequences are pictures', () => {
  const shape = { kind: 'sequence', features: 28, maxSteps: 28, classes: 10 } as const;
  expect(isPicture({ ...shape, variable: false })).toBe(true);
  expect(isPicture({ ...shape, variable: true })).toBe(false);
  expect(isPicture({ kind: 'signal', channels: 1, length: 28, classes: 2 })).toBe(false);
});
