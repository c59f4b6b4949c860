import { exp4, splat } from './vector-math';

/**
 * PyTorch's cross-entropy with class weights w and label smoothing ε, mean over the rows:
 *   sum over rows of (1 - ε) · w[y] · -log p[y] + ε / C · sum over k of w[k] · -log p[k],
 * divided by the sum of w[y]. `settings`: the weights of the classes, and ε behind them, as
 * float32. Writes its gradient and adds rows times the loss to sums[0] (float64).
 */
export function weightedCrossEntropy(
  gradient: usize, logits: usize, stride: i32, labels: usize, rows: i32, classes: i32,
  settings: usize, sums: usize,
): void {
  const smoothing = <f64>load<f32>(settings + (<usize>classes << 2));
  const spread = smoothing / <f64>classes;
  let all: f64 = 0;
  for (let k = 0; k < classes; k++) all += <f64>load<f32>(settings + (<usize>k << 2));
  let weight: f64 = 0;
  for (let m = 0; m < rows; m++) {
    weight += <f64>load<f32>(settings + (<usize>load<i32>(labels + (<usize>m << 2)) << 2));
  }
  let total: f64 = 0;
  for (let m = 0; m < rows; m++) {
    const row = logits + (<usize>(m * stride) << 2);
    const to = gradient + (<usize>(m * stride) << 2);
    const label = load<i32>(labels + (<usize>m << 2));
    const own = (1 - smoothing) * <f64>load<f32>(settings + (<usize>label << 2));
    let largest = load<f32>(row);
    for (let k = 1; k < classes; k++) largest = max(largest, load<f32>(row + (<usize>k << 2)));
    const shift = splat(largest);
    let sum: f64 = 0;
    for (let k = 0; k < classes; k += 4) {
      v128.store(to + (<usize>k << 2), exp4(f32x4.sub(v128.load(row + (<usize>k << 2)), shift)));
    }
    for (let k = 0; k < classes; k++) sum += <f64>load<f32>(to + (<usize>k << 2));
    const logSum = NativeMath.log(sum);
    for (let k = 0; k < stride; k++) {
      const at = to + (<usize>k << 2);
      if (k >= classes) {
        store<f32>(at, 0);
        continue;
      }
      const w = spread * <f64>load<f32>(settings + (<usize>k << 2));
      const target = w + (k == label ? own : 0);
      const minusLog = logSum - <f64>(load<f32>(row + (<usize>k << 2)) - largest);
      if (target != 0) total += target * minusLog;
      const probability = <f64>load<f32>(at) / sum;
      const d = <f32>(((own + spread * all) * probability - target) / weight);
      store<f32>(at, abs(d) < 1e-28 ? 0 : d);
    }
  }
  store<f64>(sums, load<f64>(sums) + (total / weight) * <f64>rows);
}

/**
 * Shortens a gradient of `count` values (a multiple of 4) to the norm at `limit` (float64), as
 * PyTorch's clip_grad_norm_ does.
 */
export function clipByNorm(g: usize, count: i32, limit: usize): void {
  const bytes = <usize>count << 2;
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const v = v128.load(g + i);
    const a = f64x2.promote_low_f32x4(v);
    const b = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const both = f64x2.add(low, high);
  const norm = Math.sqrt(f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1));
  const share = load<f64>(limit) / (norm + 1e-6);
  if (!(share < 1)) return;
  const factor = splat(<f32>share);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(g + i, f32x4.mul(v128.load(g + i), factor));
  }
}
