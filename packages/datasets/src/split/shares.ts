import type { SplitName } from '@starling/domain';

/** Sides of a split by number, as in a row's assignment. */
export const SIDES = ['train', 'validation', 'test'] as const satisfies readonly SplitName[];
export const SIDE_COUNT = SIDES.length;

/** Shares of train, validation and test; they add up to 1, test may be 0. */
export interface SplitShares {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Below this a difference of remainders is rounding of the shares themselves. */
const TIE = 1e-9;

export function listShares(shares: SplitShares): number[] {
  return SIDES.map((side) => shares[side]);
}

/** `0.8/0.1/0.1`, as options write it. */
export function showShares(shares: SplitShares): string {
  return listShares(shares).join('/');
}

/**
 * Cuts `total` into whole numbers as near to the shares as can be, by largest remainder.
 * Between equal remainders the side with the larger `debt` wins (what it was short of
 * before), then the earlier one. Every side with a share gets at least one, from the
 * largest side, where `total` allows it.
 */
export function apportion(
  total: number,
  shares: readonly number[],
  debt: readonly number[],
): number[] {
  const quotas = shares.map((share) => share * total);
  const counts = quotas.map((quota) => Math.floor(quota + TIE));
  let rest = total - counts.reduce((sum, count) => sum + count, 0);
  const order = shares
    .map((_, side) => side)
    .sort((one, other) => {
      const remainder = (side: number) => (quotas[side] as number) - (counts[side] as number);
      const difference = remainder(other) - remainder(one);
      if (Math.abs(difference) > TIE) return difference;
      const owed = (debt[other] as number) - (debt[one] as number);
      return Math.abs(owed) > TIE ? owed : one - other;
    });
  for (const side of order) {
    if (rest <= 0) break;
    counts[side] = (counts[side] as number) + 1;
    rest--;
  }
  shares.forEach((share, side) => {
    const largest = counts.indexOf(Math.max(...counts));
    if (share > 0 && counts[side] === 0 && (counts[largest] as number) > 1) {
      counts[side] = 1;
      counts[largest] = (counts[largest] as number) - 1;
    }
  });
  return counts;
}
