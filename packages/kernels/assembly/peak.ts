import { madd, splat, sum4 } from './vector-math';

/**
 * The most multiply-adds that this build and machine can do: 12 independent sums that never
 * leave their registers, `rounds` times 12 · 4 multiply-adds. Gives their sum, so that no
 * compiler leaves the loop out.
 */
export function multiplyAddPeak(rounds: i32, factor: f32): f32 {
  const x = splat(factor);
  let s0 = splat(0.1);
  let s1 = splat(0.2);
  let s2 = splat(0.3);
  let s3 = splat(0.4);
  let s4 = splat(0.5);
  let s5 = splat(0.6);
  let s6 = splat(0.7);
  let s7 = splat(0.8);
  let s8 = splat(0.9);
  let s9 = splat(1.0);
  let s10 = splat(1.1);
  let s11 = splat(1.2);
  for (let i = rounds; i > 0; i--) {
    s0 = madd(s0, x, x);
    s1 = madd(s1, x, x);
    s2 = madd(s2, x, x);
    s3 = madd(s3, x, x);
    s4 = madd(s4, x, x);
    s5 = madd(s5, x, x);
    s6 = madd(s6, x, x);
    s7 = madd(s7, x, x);
    s8 = madd(s8, x, x);
    s9 = madd(s9, x, x);
    s10 = madd(s10, x, x);
    s11 = madd(s11, x, x);
  }
  const left = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(s4, s5));
  const right = f32x4.add(f32x4.add(f32x4.add(s6, s7), f32x4.add(s8, s9)), f32x4.add(s10, s11));
  return sum4(f32x4.add(left, right));
}
