import { flush4, madd, splat, sum4 } from './vector-math';

/**
 * PyTorch's BatchNorm1d, ε 1e-5, momentum 0.1: y = (x - μ) / √(σ² + ε) · γ + β. In training μ and
 * σ² are those of the batch, and move the running ones (σ² without bias); else the running ones.
 * One value a channel has no variance: then the running ones hold in training too, unmoved.
 *
 * `moments` has the μ and the 1 / √(σ² + ε) that the pass used, each as long as the channels
 * rounded up to a multiple of 4; the backward pass reads them.
 */
const EPSILON: f32 = 1e-5;
const MOMENTUM: f32 = 0.1;

// @ts-ignore: decorator
@inline
function inverseRoot(variance: v128): v128 {
  return f32x4.div(splat(1), f32x4.sqrt(f32x4.add(variance, splat(EPSILON))));
}

/** A step of a running statistic towards `now`. */
// @ts-ignore: decorator
@inline
function moveTo(running: usize, now: v128): void {
  const kept = f32x4.mul(splat(1 - MOMENTUM), v128.load(running));
  v128.store(running, f32x4.add(kept, f32x4.mul(splat(MOMENTUM), now)));
}

/** Channels are the columns of a matrix of `columns` columns, a multiple of 4. */
export function normaliseColumns(
  y: usize, x: usize, stride: i32, rows: i32, columns: i32, weight: usize, bias: usize,
  mean: usize, variance: usize, moments: usize, isTraining: i32,
): void {
  const row = <usize>stride << 2;
  const width = <usize>columns << 2;
  const share = splat(<f32>(1.0 / <f64>rows));
  const unbiased = splat(<f32>(<f64>rows / <f64>(rows - 1)));
  for (let k: usize = 0; k < width; k += 16) {
    let m = v128.load(mean + k);
    let v = v128.load(variance + k);
    if (isTraining && rows > 1) {
      m = splat(0);
      for (let r = 0; r < rows; r++) m = f32x4.add(m, v128.load(x + k + <usize>r * row));
      m = f32x4.mul(m, share);
      v = splat(0);
      for (let r = 0; r < rows; r++) {
        const d = f32x4.sub(v128.load(x + k + <usize>r * row), m);
        v = madd(d, d, v);
      }
      v = f32x4.mul(v, share);
      moveTo(mean + k, m);
      moveTo(variance + k, f32x4.mul(v, unbiased));
    }
    const inverse = inverseRoot(v);
    v128.store(moments + k, m);
    v128.store(moments + width + k, inverse);
    const scale = f32x4.mul(inverse, v128.load(weight + k));
    const b = v128.load(bias + k);
    for (let r = 0; r < rows; r++) {
      const at = k + <usize>r * row;
      v128.store(y + at, madd(f32x4.sub(v128.load(x + at), m), scale, b));
    }
  }
}

/** Fills the gradients of γ and β, and that of x where `dx` is not 0. */
export function normaliseColumnsBackward(
  dx: usize, dy: usize, x: usize, stride: i32, rows: i32, columns: i32, weight: usize,
  dWeight: usize, dBias: usize, moments: usize,
): void {
  const row = <usize>stride << 2;
  const width = <usize>columns << 2;
  const share = splat(rows > 1 ? <f32>(1.0 / <f64>rows) : 0);
  for (let k: usize = 0; k < width; k += 16) {
    const m = v128.load(moments + k);
    const inverse = v128.load(moments + width + k);
    let sum = splat(0);
    let product = splat(0);
    for (let r = 0; r < rows; r++) {
      const at = k + <usize>r * row;
      const d = v128.load(dy + at);
      sum = f32x4.add(sum, d);
      product = madd(d, f32x4.mul(f32x4.sub(v128.load(x + at), m), inverse), product);
    }
    v128.store(dBias + k, sum);
    v128.store(dWeight + k, product);
    if (dx == 0) continue;
    const scale = f32x4.mul(inverse, v128.load(weight + k));
    const level = f32x4.mul(sum, share);
    const slope = f32x4.mul(f32x4.mul(product, share), inverse);
    for (let r = 0; r < rows; r++) {
      const at = k + <usize>r * row;
      const off = f32x4.mul(f32x4.sub(v128.load(x + at), m), slope);
      const d = f32x4.sub(f32x4.sub(v128.load(dy + at), level), off);
      v128.store(dx + at, flush4(f32x4.mul(d, scale)));
    }
  }
}

/** All ones in the lanes before `left`. */
// @ts-ignore: decorator
@inline
function lanesBefore(left: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left));
}

/** Channels are the rows of a signal, `stride` floats apart, `length` of them with meaning. */
export function normaliseSignal(
  y: usize, x: usize, stride: i32, batch: i32, channels: i32, length: i32, weight: usize,
  bias: usize, mean: usize, variance: usize, moments: usize, isTraining: i32,
): void {
  const row = <usize>stride << 2;
  const step = <usize>channels * row;
  const inverses = moments + (<usize>((channels + 3) & ~3) << 2);
  const count = batch * length;
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const from = x + <usize>c * row;
    let m = load<f32>(mean + at);
    let v = load<f32>(variance + at);
    if (isTraining && count > 1) {
      let sum = splat(0);
      for (let n = 0; n < batch; n++) {
        const p = from + <usize>n * step;
        for (let i = 0; i < length; i += 4) {
          sum = f32x4.add(sum, v128.and(v128.load(p + (<usize>i << 2)), lanesBefore(length - i)));
        }
      }
      m = <f32>(<f64>sum4(sum) / <f64>count);
      const middle = splat(m);
      sum = splat(0);
      for (let n = 0; n < batch; n++) {
        const p = from + <usize>n * step;
        for (let i = 0; i < length; i += 4) {
          const d = f32x4.sub(v128.load(p + (<usize>i << 2)), middle);
          const kept = v128.and(d, lanesBefore(length - i));
          sum = madd(kept, kept, sum);
        }
      }
      v = <f32>(<f64>sum4(sum) / <f64>count);
      const unbiased = <f32>(<f64>v * (<f64>count / <f64>(count - 1)));
      store<f32>(mean + at, (1 - MOMENTUM) * load<f32>(mean + at) + MOMENTUM * m);
      store<f32>(variance + at, (1 - MOMENTUM) * load<f32>(variance + at) + MOMENTUM * unbiased);
    }
    const inverse: f32 = 1 / sqrt<f32>(v + EPSILON);
    store<f32>(moments + at, m);
    store<f32>(inverses + at, inverse);
    const middle = splat(m);
    const scale = splat(inverse * load<f32>(weight + at));
    const shift = splat(load<f32>(bias + at));
    for (let n = 0; n < batch; n++) {
      const p = from + <usize>n * step;
      const q = y + <usize>c * row + <usize>n * step;
      for (let i: usize = 0; i < row; i += 16) {
        v128.store(q + i, madd(f32x4.sub(v128.load(p + i), middle), scale, shift));
      }
    }
  }
}

/** As for columns; gradients have rows of strides of their own, and zeros after `length`. */
export function normaliseSignalBackward(
  dx: usize, dxStride: i32, dy: usize, dyStride: i32, x: usize, stride: i32, batch: i32,
  channels: i32, length: i32, weight: usize, dWeight: usize, dBias: usize, moments: usize,
): void {
  const inverses = moments + (<usize>((channels + 3) & ~3) << 2);
  const count = batch * length;
  const share: f32 = count > 1 ? <f32>(1.0 / <f64>count) : 0;
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const m = splat(load<f32>(moments + at));
    const inverse = load<f32>(inverses + at);
    let sum = splat(0);
    let product = splat(0);
    for (let n = 0; n < batch; n++) {
      const p = x + (<usize>((n * channels + c) * stride) << 2);
      const q = dy + (<usize>((n * channels + c) * dyStride) << 2);
      for (let i = 0; i < length; i += 4) {
        const d = v128.and(v128.load(q + (<usize>i << 2)), lanesBefore(length - i));
        sum = f32x4.add(sum, d);
        product = madd(d, f32x4.sub(v128.load(p + (<usize>i << 2)), m), product);
      }
    }
    const total = sum4(sum);
    const slant = sum4(product) * inverse;
    store<f32>(dBias + at, total);
    store<f32>(dWeight + at, slant);
    if (dx == 0) continue;
    const scale = splat(inverse * load<f32>(weight + at));
    const level = splat(total * share);
    const slope = splat(slant * share * inverse);
    for (let n = 0; n < batch; n++) {
      const p = x + (<usize>((n * channels + c) * stride) << 2);
      const q = dy + (<usize>((n * channels + c) * dyStride) << 2);
      const to = dx + (<usize>((n * channels + c) * dxStride) << 2);
      for (let i = 0; i < length; i += 4) {
        const k = <usize>i << 2;
        const off = f32x4.mul(f32x4.sub(v128.load(p + k), m), slope);
        const d = f32x4.mul(f32x4.sub(f32x4.sub(v128.load(q + k), level), off), scale);
        v128.store(to + k, flush4(v128.and(d, lanesBefore(length - i))));
      }
    }
  }
}
