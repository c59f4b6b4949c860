import type { Random } from '@starling/domain';

/**
 * Arithmetic that gives the same bits on every machine: only additions, multiplications,
 * divisions and square roots, which IEEE 754 rounds exactly; `Math.sin` and the like may
 * differ in the last place from one engine or platform to the next.
 */

/** Sine of an angle in turns: `sineOf(0.25)` is 1 (Taylor to x^11; error below 1e-7). */
export function sineOf(turns: number): number {
  const fraction = turns - Math.floor(turns);
  // Fold into a quarter turn either side of zero, where the series is accurate.
  let quarter = fraction;
  if (fraction > 0.75) quarter = fraction - 1;
  else if (fraction > 0.25) quarter = 0.5 - fraction;
  const x = quarter * 6.283185307179586;
  const x2 = x * x;
  const inner = 1 - (x2 / 72) * (1 - x2 / 110);
  return x * (1 - (x2 / 6) * (1 - (x2 / 20) * (1 - (x2 / 42) * inner)));
}

/** A number of mean 0 and variance 1, nearly normal: the sum of four uniforms, scaled. */
export function nearlyNormal(random: Random): number {
  let sum = -2;
  for (let term = 0; term < 4; term++) sum += random.uint32() / 0x100000000;
  return sum * 1.7320508075688772;
}

/** A number between `low` and `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** A bump of height 1 at `center`, falling as 1 / (1 + d^2)^2 with d in widths. */
export function bumpAt(position: number, center: number, width: number): number {
  const distance = (position - center) / width;
  const fall = 1 + distance * distance;
  return 1 / (fall * fall);
}
