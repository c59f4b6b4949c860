/**
 * Largest difference of two arrays, relative to the largest magnitude of the second: the
 * measure that "within 1e-4 relative" means for a tensor. Infinite where lengths differ or
 * anything is no number.
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length || expected.length === 0) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let magnitude = 0;
  for (let index = 0; index < expected.length; index++) {
    const value = expected[index] as number;
    const gap = Math.abs((actual[index] as number) - value);
    if (Number.isNaN(gap)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, gap);
    magnitude = Math.max(magnitude, Math.abs(value));
  }
  return difference / Math.max(magnitude, 1e-12);
}
