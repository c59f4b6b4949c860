import { flush4, splat } from './vector-math';

/**
 * PyTorch's optimizers, one pass over a flat buffer of `count` parameters (a multiple of 4).
 * `decay` is in the gradient (L2) where not said otherwise. `scalars` are float64 in memory, in
 * the order that each one names: numbers that change by step would be boxed on their way in.
 */

/** d², or 0 where it would be below 1e-28: vanishing squares are as slow as vanishing numbers. */
// @ts-ignore: decorator
@inline
function square4(d: v128): v128 {
  const large = v128.andnot(d, f32x4.lt(f32x4.abs(d), splat(1e-14)));
  return f32x4.mul(large, large);
}

/** a · x + b · y, with vanishing numbers as 0: a moment's next value. */
// @ts-ignore: decorator
@inline
function mix4(a: v128, x: v128, b: v128, y: v128): v128 {
  return flush4(f32x4.add(f32x4.mul(a, x), f32x4.mul(b, y)));
}

// @ts-ignore: decorator
@inline
function adamStep4(first: v128, second: v128, step: v128, root: v128, epsilon: v128): v128 {
  const width = f32x4.add(f32x4.mul(f32x4.sqrt(second), root), epsilon);
  return f32x4.div(f32x4.mul(step, first), width);
}

/**
 * Adam; decoupled decay (AdamW) where `isDecoupled`. Scalars: rate, decay, β1, β2, ε, and the
 * corrections 1 - β1^step and 1 - β2^step.
 */
export function adam(
  p: usize, g: usize, m: usize, v: usize, count: i32, scalars: usize, isDecoupled: i32,
): void {
  const rate = <f32>load<f64>(scalars);
  const decay = <f32>load<f64>(scalars, 8);
  const beta1 = <f32>load<f64>(scalars, 16);
  const beta2 = <f32>load<f64>(scalars, 24);
  const epsilon = <f32>load<f64>(scalars, 32);
  const correction1 = load<f64>(scalars, 40);
  const correction2 = load<f64>(scalars, 48);
  const b1 = splat(beta1);
  const a1 = splat(<f32>(1.0 - <f64>beta1));
  const b2 = splat(beta2);
  const a2 = splat(<f32>(1.0 - <f64>beta2));
  const step = splat(<f32>(<f64>rate / correction1));
  const root = splat(<f32>(1.0 / Math.sqrt(correction2)));
  const eps = splat(epsilon);
  const shrink = splat(isDecoupled ? 1 - rate * decay : 1);
  const l2 = splat(isDecoupled ? 0 : decay);
  const bytes = <usize>count << 2;
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const w0 = v128.load(p + i);
    const w1 = v128.load(p + i, 16);
    const d0 = flush4(f32x4.add(v128.load(g + i), f32x4.mul(l2, w0)));
    const d1 = flush4(f32x4.add(v128.load(g + i, 16), f32x4.mul(l2, w1)));
    const m0 = mix4(b1, v128.load(m + i), a1, d0);
    const m1 = mix4(b1, v128.load(m + i, 16), a1, d1);
    const v0 = mix4(b2, v128.load(v + i), a2, square4(d0));
    const v1 = mix4(b2, v128.load(v + i, 16), a2, square4(d1));
    const to0 = f32x4.sub(f32x4.mul(w0, shrink), adamStep4(m0, v0, step, root, eps));
    const to1 = f32x4.sub(f32x4.mul(w1, shrink), adamStep4(m1, v1, step, root, eps));
    v128.store(m + i, m0);
    v128.store(m + i, m1, 16);
    v128.store(v + i, v0);
    v128.store(v + i, v1, 16);
    v128.store(p + i, to0);
    v128.store(p + i, to1, 16);
  }
  if (i < bytes) {
    const w = v128.load(p + i);
    const d = flush4(f32x4.add(v128.load(g + i), f32x4.mul(l2, w)));
    const first = mix4(b1, v128.load(m + i), a1, d);
    const second = mix4(b2, v128.load(v + i), a2, square4(d));
    v128.store(m + i, first);
    v128.store(v + i, second);
    v128.store(p + i, f32x4.sub(f32x4.mul(w, shrink), adamStep4(first, second, step, root, eps)));
  }
}

/** SGD with momentum, PyTorch's. Scalars: rate, decay, momentum, 1 for Nesterov's or 0. */
export function sgd(p: usize, g: usize, m: usize, count: i32, scalars: usize): void {
  const lr = splat(<f32>load<f64>(scalars));
  const l2 = splat(<f32>load<f64>(scalars, 8));
  const mu = splat(<f32>load<f64>(scalars, 16));
  const isNesterov = load<f64>(scalars, 24) != 0;
  for (let i: usize = 0; i < <usize>count << 2; i += 16) {
    const w = v128.load(p + i);
    const d = flush4(f32x4.add(v128.load(g + i), f32x4.mul(l2, w)));
    const velocity = flush4(f32x4.add(f32x4.mul(mu, v128.load(m + i)), d));
    v128.store(m + i, velocity);
    const step = isNesterov ? f32x4.add(d, f32x4.mul(mu, velocity)) : velocity;
    v128.store(p + i, f32x4.sub(w, f32x4.mul(lr, step)));
  }
}

/** RMSprop. Scalars: rate, decay, α, ε. */
export function rmsprop(p: usize, g: usize, v: usize, count: i32, scalars: usize): void {
  const rate = <f32>load<f64>(scalars);
  const decay = <f32>load<f64>(scalars, 8);
  const alpha = <f32>load<f64>(scalars, 16);
  const epsilon = <f32>load<f64>(scalars, 24);
  const a = splat(alpha);
  const rest = splat(<f32>(1.0 - <f64>alpha));
  const lr = splat(rate);
  const eps = splat(epsilon);
  const l2 = splat(decay);
  for (let i: usize = 0; i < <usize>count << 2; i += 16) {
    const w = v128.load(p + i);
    const d = flush4(f32x4.add(v128.load(g + i), f32x4.mul(l2, w)));
    const second = flush4(f32x4.add(f32x4.mul(a, v128.load(v + i)), f32x4.mul(rest, square4(d))));
    v128.store(v + i, second);
    const width = f32x4.add(f32x4.sqrt(second), eps);
    v128.store(p + i, f32x4.sub(w, f32x4.div(f32x4.mul(lr, d), width)));
  }
}

/**
 * Lion (Chen et al. 2023, algorithm 2): a step of one size, against the sign of β1 m + (1 - β1) g,
 * and m = β2 m + (1 - β2) g; the decay is decoupled. Scalars: rate, decay, β1, β2.
 */
export function lion(p: usize, g: usize, m: usize, count: i32, scalars: usize): void {
  const rate = <f32>load<f64>(scalars);
  const decay = <f32>load<f64>(scalars, 8);
  const beta1 = load<f64>(scalars, 16);
  const beta2 = load<f64>(scalars, 24);
  const b1 = splat(<f32>beta1);
  const a1 = splat(<f32>(1.0 - beta1));
  const b2 = splat(<f32>beta2);
  const a2 = splat(<f32>(1.0 - beta2));
  const lr = splat(rate);
  const shrink = splat(1 - rate * decay);
  const one = splat(1);
  const minus = splat(-1);
  const zero = splat(0);
  for (let i: usize = 0; i < <usize>count << 2; i += 16) {
    const d = v128.load(g + i);
    const before = v128.load(m + i);
    const c = flush4(f32x4.add(f32x4.mul(b1, before), f32x4.mul(a1, d)));
    // 0 stays 0 and NaN stays NaN.
    let sign = v128.bitselect(one, c, f32x4.gt(c, zero));
    sign = v128.bitselect(minus, sign, f32x4.lt(c, zero));
    v128.store(m + i, flush4(f32x4.add(f32x4.mul(b2, before), f32x4.mul(a2, d))));
    v128.store(p + i, f32x4.sub(f32x4.mul(v128.load(p + i), shrink), f32x4.mul(lr, sign)));
  }
}
