import type { DatasetSample } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { chooseSamples, countTurns, sampleLimit } from './choose-samples.ts';

const sample = (index: number, className: string): DatasetSample => ({
  index,
  className,
  values: [index],
  steps: null,
});
const indices = (samples: DatasetSample[]) => samples.map(({ index }) => index);

describe('samples of a turn', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const samples = [0, 1, 2, 3, 4, 5, 6].map((index) => sample(index, index < 5 ? 'b' : 'a'));

  it('are grouped by class in class order, and others at each turn', () => {
    expect(indices(chooseSamples(samples, names, 0))).toEqual([5, 6, 0, 1]);
    expect(indices(chooseSamples(samples, names, 1))).toEqual([5, 6, 2, 3]);
    expect(indices(chooseSamples(samples, names, 2))).toEqual([5, 6, 4, 0]);
    expect(countTurns(samples, names)).toBe(3);
  });

  it('never hold one twice where a class has few', () => {
    expect(indices(chooseSamples([sample(9, 'a')], ['a', 'b'], 3))).toEqual([9]);
  });

  it('with many classes are the next ones', () => {
    const many = Array.from({ length: 30 }, (_, index) => sample(index, `c${index}`));
    const classes = many.map(({ className }) => className);
    expect(indices(chooseSamples(many, classes, 1))[0]).toBe(12);
    expect(countTurns(many, classes)).toBe(3);
  });
});

describe('how many are asked for', () => {
  it.each([
    [{ kind: 'signal', channels: 1, length: 178, classes: 5 } as const, 60],
    [{ kind: 'sequence', features: 28, maxSteps: 28, classes: 10, variable: false } as const, 60],
    [{ kind: 'sequence', features: 600, maxSteps: 100, classes: 2 } as const, 12],
  ])('%j: %d', (shape, limit) => expect(sampleLimit(shape)).toBe(limit));
});
