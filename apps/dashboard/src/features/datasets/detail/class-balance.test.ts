import { expect, it } from 'vitest';
import { balanceOf, majorityShare } from './class-balance.ts';

const splits = {
  train: { rows: 8, perClass: [6, 2] },
  validation: { rows: 2, perClass: [1, 1] },
  test: null,
};

it('counts and shares are of the split’s own rows; a split that is not there has none', () => {
  expect(balanceOf({ splits })).toEqual([
    { split: 'train', rows: 8, counts: [6, 2], shares: [0.75, 0.25] },
    { split: 'validation', rows: 2, counts: [1, 1], shares: [0.5, 0.5] },
  ]);
});

it('the majority is that of train', () => expect(majorityShare({ splits })).toBe(0.75));
