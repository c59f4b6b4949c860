import { BIAS_BY_ROW, FROM_ZERO, tiles } from './tile';
import { madd, sum4 } from './vector-math';

/**
 * Convolutions over signals, stride 1, no padding, as implicit products of matrices.
 * Rows of a signal are channels, each `stride` floats long; weights are PyTorch's
 * [filters, channels, kernel]. Output rows are worked on to the next multiple of 4: what
 * comes after `length` is of no meaning, and finite where the input is.
 */
export function convForward(
  y: usize, yStride: i32, x: usize, xStride: i32, weights: usize, bias: usize,
  batch: i32, channels: i32, filters: i32, kernel: i32, length: i32, activation: i32,
): void {
  const columns = (length + 3) & ~3;
  const tap: usize = 4;
  for (let n = 0; n < batch; n++) {
    tiles(
      y + <usize>(n * filters * yStride << 2), <usize>yStride << 2,
      weights, <usize>(channels * kernel) << 2, <usize>kernel << 2, tap,
      x + <usize>(n * channels * xStride << 2), <usize>xStride << 2, tap,
      channels, kernel, filters, columns, BIAS_BY_ROW, bias, activation,
    );
  }
}

/**
 * Gradient of the input: dx[c, q] = sum over f, k of w[f, c, k] · dy[f, q - k]. Rows of dy
 * must have kernel - 1 zeros before them and zeros after them up to the input's length,
 * rounded up to a multiple of 4; `dy` points at the first output, past the zeros.
 */
export function convInputGradient(
  dx: usize, dxStride: i32, dy: usize, dyStride: i32, weights: usize,
  batch: i32, channels: i32, filters: i32, kernel: i32, inputLength: i32,
): void {
  const columns = (inputLength + 3) & ~3;
  const back = <usize>-4;
  for (let n = 0; n < batch; n++) {
    tiles(
      dx + <usize>(n * channels * dxStride << 2), <usize>dxStride << 2,
      weights, <usize>kernel << 2, <usize>(channels * kernel) << 2, 4,
      dy + <usize>(n * filters * dyStride << 2), <usize>dyStride << 2, back,
      filters, kernel, channels, columns, FROM_ZERO, 0, 0,
    );
  }
}

/**
 * Gradients of weights and bias, summed over the batch. Rows of dy must be zero from
 * `length` to the next multiple of 4. Works on four filters and two taps at a time; past
 * the edges it repeats the last one and drops what comes out.
 */
export function convWeightGradient(
  dWeights: usize, dBias: usize, dy: usize, dyStride: i32, x: usize, xStride: i32,
  batch: i32, channels: i32, filters: i32, kernel: i32, length: i32,
): void {
  const dyRow = <usize>dyStride << 2;
  const xRow = <usize>xStride << 2;
  const taps = channels * kernel;
  const filterRow = <usize>taps << 2;
  const vectors = (length + 3) >> 2;
  for (let f = 0; f < filters; f += 4) {
    const f1 = min(f + 1, filters - 1) - f;
    const f2 = min(f + 2, filters - 1) - f;
    const f3 = min(f + 3, filters - 1) - f;
    // A tap is a channel and a place in the kernel; two that follow each other may lie in two
    // channels, so that kernels of odd length waste nothing but once.
    let channel: usize = 0;
    let place = 0;
    for (let tap = 0; tap < taps; tap += 2) {
      const two = tap + 1 < taps;
      const here = channel + (<usize>place << 2);
      if (++place == kernel) {
        place = 0;
        channel += xRow;
      }
      const second = two ? channel + (<usize>place << 2) - here : 0;
      if (++place == kernel) {
        place = 0;
        channel += xRow;
      }
      let s00 = f32x4.splat(0);
      let s01 = f32x4.splat(0);
      let s10 = f32x4.splat(0);
      let s11 = f32x4.splat(0);
      let s20 = f32x4.splat(0);
      let s21 = f32x4.splat(0);
      let s30 = f32x4.splat(0);
      let s31 = f32x4.splat(0);
      for (let n = 0; n < batch; n++) {
        let p0 = dy + <usize>(n * filters + f) * dyRow;
        let p1 = p0 + <usize>f1 * dyRow;
        let p2 = p0 + <usize>f2 * dyRow;
        let p3 = p0 + <usize>f3 * dyRow;
        let q = x + <usize>(n * channels) * xRow + here;
        for (let i = vectors; i > 0; i--) {
          const x0 = v128.load(q);
          const x1 = v128.load(q + second);
          let d = v128.load(p0);
          s00 = madd(d, x0, s00);
          s01 = madd(d, x1, s01);
          d = v128.load(p1);
          s10 = madd(d, x0, s10);
          s11 = madd(d, x1, s11);
          d = v128.load(p2);
          s20 = madd(d, x0, s20);
          s21 = madd(d, x1, s21);
          d = v128.load(p3);
          s30 = madd(d, x0, s30);
          s31 = madd(d, x1, s31);
          p0 += 16;
          p1 += 16;
          p2 += 16;
          p3 += 16;
          q += 16;
        }
      }
      let w = dWeights + <usize>f * filterRow + (<usize>tap << 2);
      store<f32>(w, sum4(s00));
      if (two) store<f32>(w + 4, sum4(s01));
      if (f + 1 < filters) {
        w += filterRow;
        store<f32>(w, sum4(s10));
        if (two) store<f32>(w + 4, sum4(s11));
      }
      if (f + 2 < filters) {
        w += filterRow;
        store<f32>(w, sum4(s20));
        if (two) store<f32>(w + 4, sum4(s21));
      }
      if (f + 3 < filters) {
        w += filterRow;
        store<f32>(w, sum4(s30));
        if (two) store<f32>(w + 4, sum4(s31));
      }
    }
  }
  for (let f = 0; f < filters; f++) {
    let s = f32x4.splat(0);
    for (let n = 0; n < batch; n++) {
      let p = dy + <usize>(n * filters + f) * dyRow;
      for (let i = vectors; i > 0; i--) {
        s = f32x4.add(s, v128.load(p));
        p += 16;
      }
    }
    store<f32>(dBias + (<usize>f << 2), sum4(s));
  }
}
