import {
  activate4, flush4, LEAKY_RELU, madd, RELU, relu4, SIGMOID, sigmoid4, slope4, TANH, tanh4,
} from './vector-math';

/**
 * y = activation(x); `count` is a multiple of 4; y may be x. Two vectors at a time, side by
 * side and without branches, which is what lets the compiler join them.
 */
export function activationForward(y: usize, x: usize, count: i32, activation: i32): void {
  const bytes = <usize>count << 2;
  const pairs = bytes & ~31;
  let i: usize = 0;
  if (activation == RELU) {
    for (; i < pairs; i += 32) {
      const first = relu4(v128.load(x + i));
      const second = relu4(v128.load(x + i, 16));
      v128.store(y + i, first);
      v128.store(y + i, second, 16);
    }
  } else if (activation == SIGMOID) {
    for (; i < pairs; i += 32) {
      const first = sigmoid4(v128.load(x + i));
      const second = sigmoid4(v128.load(x + i, 16));
      v128.store(y + i, first);
      v128.store(y + i, second, 16);
    }
  } else if (activation == TANH) {
    for (; i < pairs; i += 32) {
      const first = tanh4(v128.load(x + i));
      const second = tanh4(v128.load(x + i, 16));
      v128.store(y + i, first);
      v128.store(y + i, second, 16);
    }
  }
  for (; i < bytes; i += 16) v128.store(y + i, activate4(v128.load(x + i), activation));
}

/** d = d · slope over `bytes`, a multiple of 32, of one activation, known where this is written in. */
// @ts-ignore: decorator
@inline
function slopePairs(d: usize, y: usize, bytes: usize, activation: i32): void {
  for (let k: usize = 0; k < bytes; k += 32) {
    const first = slope4(v128.load(y + k), activation);
    const second = slope4(v128.load(y + k, 16), activation);
    const to0 = flush4(f32x4.mul(v128.load(d + k), first));
    const to1 = flush4(f32x4.mul(v128.load(d + k, 16), second));
    v128.store(d + k, to0);
    v128.store(d + k, to1, 16);
  }
}

/** d = d · slope, by the activation's output y; `columns` is a multiple of 4. */
export function activationBackward(
  d: usize, dStride: i32, y: usize, yStride: i32, rows: i32, columns: i32, activation: i32,
): void {
  const bytes = <usize>columns << 2;
  const pairs = bytes & ~31;
  for (let r = 0; r < rows; r++) {
    if (activation == RELU) slopePairs(d, y, pairs, RELU);
    else if (activation == LEAKY_RELU) slopePairs(d, y, pairs, LEAKY_RELU);
    else if (activation == SIGMOID) slopePairs(d, y, pairs, SIGMOID);
    else slopePairs(d, y, pairs, TANH);
    for (let k = pairs; k < bytes; k += 16) {
      const slope = slope4(v128.load(y + k), activation);
      v128.store(d + k, flush4(f32x4.mul(v128.load(d + k), slope)));
    }
    d += <usize>dStride << 2;
    y += <usize>yStride << 2;
  }
}

/** x = x · scale + shift for every row, one scale and shift a column; `columns` is a multiple of 4. */
export function standardise(
  x: usize, rows: i32, columns: i32, shift: usize, scale: usize,
): void {
  for (let r = 0; r < rows; r++) {
    for (let k: usize = 0; k < <usize>columns << 2; k += 16) {
      v128.store(x + k, madd(v128.load(x + k), v128.load(scale + k), v128.load(shift + k)));
    }
    x += <usize>columns << 2;
  }
}

/** 1 in the relaxed build. */
export function isRelaxed(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 1 : 0;
}

/** First byte of the memory that no kernel uses. */
export function heapBase(): usize {
  return __heap_base;
}
