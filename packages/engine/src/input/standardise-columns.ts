import { padded } from '@starling/kernels';
import type { Standardisation } from '../data/training-data.ts';

/**
 * Factors and shifts of `width` columns, padded with zeros: x · scale + shift is
 * (x - mean) / deviation. Statistics a feature are repeated over the steps. Nothing where
 * there is nothing to scale.
 */
export function standardiseColumns(
  statistics: Standardisation | undefined,
  width: number,
): { shift: Float32Array; scale: Float32Array } | undefined {
  if (statistics === undefined || isIdentity(statistics)) return undefined;
  const period = statistics.mean.length;
  const shift = new Float32Array(padded(width));
  const scale = new Float32Array(padded(width));
  for (let column = 0; column < width; column++) {
    const deviation = statistics.scale[column % period] || 1;
    scale[column] = 1 / deviation;
    shift[column] = -(statistics.mean[column % period] ?? 0) / deviation;
  }
  return { shift, scale };
}

/** Codes have mean 0 and scale 1: nothing to do for every step of every row. */
function isIdentity({ mean, scale }: Standardisation): boolean {
  return Array.from(mean).every((value) => value === 0) && Array.from(scale).every(isOne);
}

function isOne(value: number): boolean {
  return value === 1;
}
