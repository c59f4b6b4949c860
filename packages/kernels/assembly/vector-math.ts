/**
 * Four-lane mathematics. NaN goes in and comes out everywhere.
 *
 * Error bounds, measured by the package's tests against float64: exp 2 ulp for results
 * that are normal numbers; sigmoid 3e-7 relative for x > -64; tanh 5e-7 relative.
 */

// @ts-ignore: decorator
@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** a · b + c; one rounding in the relaxed build where the machine has it, two in the plain one. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * x, or 0 where |x| is below 1e-28. Numbers near the smallest ones cost a hundred times the
 * work of others on many machines, and vanishing gradients and moments live there for ever;
 * nothing that small moves a weight. NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function flush4(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), splat(1e-28)));
}

/** x held to [low, high]; NaN stays NaN. One instruction a bound, where min and max are eight. */
// @ts-ignore: decorator
@inline
function hold4(x: v128, low: f32, high: f32): v128 {
  return f32x4.pmin(f32x4.pmax(x, splat(low)), splat(high));
}

/** e^x; x is held to [-87.3, 88.3], so nothing overflows. Cephes' expf polynomial. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const held = hold4(x, -87.3, 88.3);
  // Adding 1.5 · 2^23 rounds to an integer and leaves it in the low bits.
  const shifted = madd(held, splat(1.44269504088896341), splat(12582912));
  const n = f32x4.sub(shifted, splat(12582912));
  let r = madd(n, splat(-0.693359375), held);
  r = madd(n, splat(2.12194440e-4), r);
  let p = madd(splat(1.9875691500e-4), r, splat(1.3981999507e-3));
  p = madd(p, r, splat(8.3334519073e-3));
  p = madd(p, r, splat(4.1665795894e-2));
  p = madd(p, r, splat(1.6666665459e-1));
  p = madd(p, r, splat(5.0000001201e-1));
  p = madd(p, f32x4.mul(r, r), f32x4.add(r, splat(1)));
  return f32x4.mul(p, i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(127 << 23)));
}

/** 1 / (1 + e^-x); 0 below x = -64.4. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return flush4(f32x4.div(splat(1), f32x4.add(splat(1), exp4(f32x4.neg(x)))));
}

/**
 * tanh as the 13/6 rational function that Eigen uses, and exactly ±1 beyond 8.3: a saturated
 * unit must have no slope left, for inputs in the thousands would make a signal of it.
 */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const held = hold4(x, -7.90531110763549805, 7.90531110763549805);
  const x2 = f32x4.mul(held, held);
  let p = madd(x2, splat(-2.76076847742355e-16), splat(2.00018790482477e-13));
  p = madd(x2, p, splat(-8.60467152213735e-11));
  p = madd(x2, p, splat(5.12229709037114e-8));
  p = madd(x2, p, splat(1.48572235717979e-5));
  p = madd(x2, p, splat(6.37261928875436e-4));
  p = madd(x2, p, splat(4.89352455891786e-3));
  let q = madd(x2, splat(1.19825839466702e-6), splat(1.18534705686654e-4));
  q = madd(x2, q, splat(2.26843463243900e-3));
  q = madd(x2, q, splat(4.89352518554385e-3));
  const one = v128.or(v128.and(x, i32x4.splat(<i32>0x80000000)), splat(1));
  const isFar = f32x4.gt(f32x4.abs(x), splat(8.3));
  return v128.bitselect(one, f32x4.div(f32x4.mul(held, p), q), isFar);
}

/** Sum of the four lanes, in a fixed order. */
// @ts-ignore: decorator
@inline
export function sum4(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

export const NO_ACTIVATION: i32 = 0;
export const RELU: i32 = 1;
export const LEAKY_RELU: i32 = 2;
export const SIGMOID: i32 = 3;
export const TANH: i32 = 4;
export const LEAKY_SLOPE: f32 = 0.01;

// @ts-ignore: decorator
@inline
export function activate4(x: v128, activation: i32): v128 {
  if (activation == NO_ACTIVATION) return x;
  if (activation == RELU) return f32x4.pmax(x, splat(0));
  if (activation == LEAKY_RELU) return f32x4.pmax(x, f32x4.mul(x, splat(LEAKY_SLOPE)));
  if (activation == SIGMOID) return sigmoid4(x);
  return tanh4(x);
}

/** Derivative of an activation, by its output y. */
// @ts-ignore: decorator
@inline
export function slope4(y: v128, activation: i32): v128 {
  const one = splat(1);
  if (activation == NO_ACTIVATION) return one;
  const zero = splat(0);
  if (activation == RELU) return v128.and(f32x4.gt(y, zero), one);
  if (activation == LEAKY_RELU) {
    return v128.bitselect(one, splat(LEAKY_SLOPE), f32x4.gt(y, zero));
  }
  if (activation == SIGMOID) return f32x4.mul(y, f32x4.sub(one, y));
  return f32x4.sub(one, f32x4.mul(y, y));
}
