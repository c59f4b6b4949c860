import { slope4 } from './vector-math';

/** Largest of each window of `size`; NaN wins, as in PyTorch. A row is one channel. */
export function poolForward(
  y: usize, yStride: i32, x: usize, xStride: i32, rows: i32, length: i32, size: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const px = x + (<usize>r * <usize>xStride << 2);
    const py = y + (<usize>r * <usize>yStride << 2);
    let i = 0;
    if (size == 2) {
      for (; i + 4 <= length; i += 4) {
        const p = px + (<usize>i << 3);
        const a = v128.load(p);
        const b = v128.load(p, 16);
        const even = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
        const odd = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
        v128.store(py + (<usize>i << 2), f32x4.max(even, odd));
      }
    }
    for (; i < length; i++) {
      let best = load<f32>(px + (<usize>(i * size) << 2));
      for (let j = 1; j < size; j++) best = max(best, load<f32>(px + (<usize>(i * size + j) << 2)));
      store<f32>(py + (<usize>i << 2), best);
    }
  }
}

/**
 * Sends dy to the first largest value of each window, times the slope of the activation
 * that made x, and zero to all others up to `inputLength`.
 */
export function poolBackward(
  dx: usize, dxStride: i32, dy: usize, dyStride: i32, x: usize, xStride: i32,
  rows: i32, length: i32, size: i32, inputLength: i32, activation: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const px = x + (<usize>r * <usize>xStride << 2);
    const pdx = dx + (<usize>r * <usize>dxStride << 2);
    const pdy = dy + (<usize>r * <usize>dyStride << 2);
    let i = 0;
    if (size == 2) {
      for (; i + 4 <= length; i += 4) {
        const p = px + (<usize>i << 3);
        const a = v128.load(p);
        const b = v128.load(p, 16);
        const even = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
        const odd = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
        const d = v128.load(pdy + (<usize>i << 2));
        const isSecond = f32x4.gt(odd, even);
        const first = f32x4.mul(v128.andnot(d, isSecond), slope4(even, activation));
        const second = f32x4.mul(v128.and(d, isSecond), slope4(odd, activation));
        const q = pdx + (<usize>i << 3);
        v128.store(q, v128.shuffle<i32>(first, second, 0, 4, 1, 5));
        v128.store(q, v128.shuffle<i32>(first, second, 2, 6, 3, 7), 16);
      }
    }
    for (; i < length; i++) {
      const window = px + (<usize>(i * size) << 2);
      let best = 0;
      let largest = load<f32>(window);
      for (let j = 1; j < size; j++) {
        const value = load<f32>(window + (<usize>j << 2));
        if (value > largest || (value != value && largest == largest)) {
          largest = value;
          best = j;
        }
      }
      const slope = f32x4.extract_lane(slope4(f32x4.splat(largest), activation), 0);
      for (let j = 0; j < size; j++) {
        const d: f32 = j == best ? load<f32>(pdy + (<usize>i << 2)) * slope : 0;
        store<f32>(pdx + (<usize>(i * size + j) << 2), d);
      }
    }
    for (let j = length * size; j < inputLength; j++) store<f32>(pdx + (<usize>j << 2), 0);
  }
}
