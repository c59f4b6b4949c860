import { transpose } from './transpose';
import { ADD_TO_C, BIAS_BY_ROW, FROM_ZERO, tiles } from './tile';
import { sum4 } from './vector-math';

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

/** Floats of inputs that are turned together, so that they stay in L1 while all filters use them. */
const TURNED_FLOATS: i32 = 6144;

/** Channels of a turned input: rows of its places hold a multiple of 4, or the one that there is. */
// @ts-ignore: decorator
@inline
function turnedChannels(channels: i32): i32 {
  return channels == 1 ? 1 : (channels + 3) & ~3;
}

// @ts-ignore: decorator
@inline
function turnedFloats(channels: i32, inputLength: i32): i32 {
  return turnedChannels(channels) * ((inputLength + 3) & ~3);
}

/** Observations that are turned together. */
// @ts-ignore: decorator
@inline
function turnedGroup(batch: i32, channels: i32, inputLength: i32): i32 {
  return max(1, min(batch, TURNED_FLOATS / turnedFloats(channels, inputLength)));
}

/** Floats that `convWeightGradient` needs at `scratch`. */
export function convScratchFloats(
  batch: i32, channels: i32, filters: i32, kernel: i32, length: i32,
): i32 {
  const columns = (kernel * turnedChannels(channels) + 3) & ~3;
  const sums = filters * columns;
  if (channels == 1) return sums;
  const inputLength = length + kernel - 1;
  const group = turnedGroup(batch, channels, inputLength);
  return sums + group * turnedFloats(channels, inputLength) + columns;
}

/**
 * Gradients of weights and bias, summed over the batch. An input turned to [place, channel]
 * has the values that output i sees in one piece from i · channels on, in the order
 * (tap, channel): so the sum over all outputs is one product of matrices, and its columns are
 * put back in the weights' order at the end. Rows of dy must be zero from `length` to the next
 * multiple of 4.
 */
export function convWeightGradient(
  dWeights: usize, dBias: usize, dy: usize, dyStride: i32, x: usize, xStride: i32,
  batch: i32, channels: i32, filters: i32, kernel: i32, length: i32, scratch: usize,
): void {
  const dyRow = <usize>dyStride << 2;
  const xRow = <usize>xStride << 2;
  const wide = turnedChannels(channels);
  const columns = (kernel * wide + 3) & ~3;
  const row = <usize>columns << 2;
  if (channels == 1) {
    tiles(
      scratch, row, dy, dyRow, <usize>filters * dyRow, 4, x, xRow, 4, batch, length, filters,
      columns, FROM_ZERO, 0, 0,
    );
  } else {
    const inputLength = length + kernel - 1;
    const group = turnedGroup(batch, channels, inputLength);
    const turned = scratch + <usize>filters * row;
    const step = <usize>turnedFloats(channels, inputLength) << 2;
    for (let n = 0; n < batch; n += group) {
      const count = min(group, batch - n);
      for (let k = 0; k < count; k++) {
        transpose(
          turned + <usize>k * step, wide, x + <usize>((n + k) * channels) * xRow, xStride,
          channels, inputLength,
        );
      }
      tiles(
        scratch, row, dy + <usize>(n * filters) * dyRow, dyRow, <usize>filters * dyRow, 4,
        turned, step, <usize>wide << 2, count, length, filters, columns,
        n == 0 ? FROM_ZERO : ADD_TO_C, 0, 0,
      );
    }
  }
  for (let f = 0; f < filters; f++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let k = 0; k < kernel; k++) {
        store<f32>(dWeights, load<f32>(scratch + (<usize>(k * wide + channel) << 2)));
        dWeights += 4;
      }
    }
    scratch += row;
  }
  const vectors = (length + 3) >> 2;
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
