import { activate4, madd, splat } from './vector-math';

/**
 * Register tiles of C = A · B. The sum runs over two nested indices, so that one tile
 * serves matrices (one outer index) and convolutions (channel, tap) without im2col:
 *   A(m; i, j) at a + m·aRow + i·aOuter + j·aInner
 *   B(i, j; n) at b + i·bOuter + j·bInner + 4n, four columns a vector, any alignment
 * Strides are bytes. The first value is zero, C itself, a bias a column, or a bias a row.
 */
export const FROM_ZERO: i32 = 0;
export const ADD_TO_C: i32 = 1;
export const BIAS_BY_COLUMN: i32 = 2;
export const BIAS_BY_ROW: i32 = 3;

// @ts-ignore: decorator
@inline
function start(init: i32, c: usize, bias: usize, column: usize, row: usize): v128 {
  if (init == FROM_ZERO) return splat(0);
  if (init == ADD_TO_C) return v128.load(c);
  if (init == BIAS_BY_COLUMN) return v128.load(bias + column);
  return v128.load32_splat(bias + row);
}

export function tile4x8(
  c: usize, cRow: usize, a: usize, aRow: usize, aOuter: usize, aInner: usize,
  b: usize, bOuter: usize, bInner: usize, outer: i32, inner: i32,
  init: i32, bias: usize, activation: i32,
): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let s00 = start(init, c, bias, 0, 0);
  let s01 = start(init, c + 16, bias, 16, 0);
  let s10 = start(init, c1, bias, 0, 4);
  let s11 = start(init, c1 + 16, bias, 16, 4);
  let s20 = start(init, c2, bias, 0, 8);
  let s21 = start(init, c2 + 16, bias, 16, 8);
  let s30 = start(init, c3, bias, 0, 12);
  let s31 = start(init, c3 + 16, bias, 16, 12);
  const aRow2 = aRow * 2;
  const aRow3 = aRow * 3;
  for (let i = 0; i < outer; i++) {
    let pa = a;
    let pb = b;
    for (let j = inner; j > 0; j--) {
      const b0 = v128.load(pb);
      const b1 = v128.load(pb, 16);
      let x = v128.load32_splat(pa);
      s00 = madd(x, b0, s00);
      s01 = madd(x, b1, s01);
      x = v128.load32_splat(pa + aRow);
      s10 = madd(x, b0, s10);
      s11 = madd(x, b1, s11);
      x = v128.load32_splat(pa + aRow2);
      s20 = madd(x, b0, s20);
      s21 = madd(x, b1, s21);
      x = v128.load32_splat(pa + aRow3);
      s30 = madd(x, b0, s30);
      s31 = madd(x, b1, s31);
      pa += aInner;
      pb += bInner;
    }
    a += aOuter;
    b += bOuter;
  }
  if (activation != 0) {
    s00 = activate4(s00, activation);
    s01 = activate4(s01, activation);
    s10 = activate4(s10, activation);
    s11 = activate4(s11, activation);
    s20 = activate4(s20, activation);
    s21 = activate4(s21, activation);
    s30 = activate4(s30, activation);
    s31 = activate4(s31, activation);
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

export function tile4x4(
  c: usize, cRow: usize, a: usize, aRow: usize, aOuter: usize, aInner: usize,
  b: usize, bOuter: usize, bInner: usize, outer: i32, inner: i32,
  init: i32, bias: usize, activation: i32,
): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let s0 = start(init, c, bias, 0, 0);
  let s1 = start(init, c1, bias, 0, 4);
  let s2 = start(init, c2, bias, 0, 8);
  let s3 = start(init, c3, bias, 0, 12);
  const aRow2 = aRow * 2;
  const aRow3 = aRow * 3;
  for (let i = 0; i < outer; i++) {
    let pa = a;
    let pb = b;
    for (let j = inner; j > 0; j--) {
      const b0 = v128.load(pb);
      s0 = madd(v128.load32_splat(pa), b0, s0);
      s1 = madd(v128.load32_splat(pa + aRow), b0, s1);
      s2 = madd(v128.load32_splat(pa + aRow2), b0, s2);
      s3 = madd(v128.load32_splat(pa + aRow3), b0, s3);
      pa += aInner;
      pb += bInner;
    }
    a += aOuter;
    b += bOuter;
  }
  if (activation != 0) {
    s0 = activate4(s0, activation);
    s1 = activate4(s1, activation);
    s2 = activate4(s2, activation);
    s3 = activate4(s3, activation);
  }
  v128.store(c, s0);
  v128.store(c1, s1);
  v128.store(c2, s2);
  v128.store(c3, s3);
}

export function tile2x8(
  c: usize, cRow: usize, a: usize, aRow: usize, aOuter: usize, aInner: usize,
  b: usize, bOuter: usize, bInner: usize, outer: i32, inner: i32,
  init: i32, bias: usize, activation: i32,
): void {
  const c1 = c + cRow;
  let s00 = start(init, c, bias, 0, 0);
  let s01 = start(init, c + 16, bias, 16, 0);
  let s10 = start(init, c1, bias, 0, 4);
  let s11 = start(init, c1 + 16, bias, 16, 4);
  for (let i = 0; i < outer; i++) {
    let pa = a;
    let pb = b;
    for (let j = inner; j > 0; j--) {
      const b0 = v128.load(pb);
      const b1 = v128.load(pb, 16);
      let x = v128.load32_splat(pa);
      s00 = madd(x, b0, s00);
      s01 = madd(x, b1, s01);
      x = v128.load32_splat(pa + aRow);
      s10 = madd(x, b0, s10);
      s11 = madd(x, b1, s11);
      pa += aInner;
      pb += bInner;
    }
    a += aOuter;
    b += bOuter;
  }
  if (activation != 0) {
    s00 = activate4(s00, activation);
    s01 = activate4(s01, activation);
    s10 = activate4(s10, activation);
    s11 = activate4(s11, activation);
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
}

export function tile1x8(
  c: usize, a: usize, aOuter: usize, aInner: usize,
  b: usize, bOuter: usize, bInner: usize, outer: i32, inner: i32,
  init: i32, bias: usize, activation: i32,
): void {
  let s0 = start(init, c, bias, 0, 0);
  let s1 = start(init, c + 16, bias, 16, 0);
  for (let i = 0; i < outer; i++) {
    let pa = a;
    let pb = b;
    for (let j = inner; j > 0; j--) {
      const x = v128.load32_splat(pa);
      s0 = madd(x, v128.load(pb), s0);
      s1 = madd(x, v128.load(pb, 16), s1);
      pa += aInner;
      pb += bInner;
    }
    a += aOuter;
    b += bOuter;
  }
  if (activation != 0) {
    s0 = activate4(s0, activation);
    s1 = activate4(s1, activation);
  }
  v128.store(c, s0);
  v128.store(c, s1, 16);
}

export function tile1x4(
  c: usize, a: usize, aOuter: usize, aInner: usize,
  b: usize, bOuter: usize, bInner: usize, outer: i32, inner: i32,
  init: i32, bias: usize, activation: i32,
): void {
  let s0 = start(init, c, bias, 0, 0);
  for (let i = 0; i < outer; i++) {
    let pa = a;
    let pb = b;
    for (let j = inner; j > 0; j--) {
      s0 = madd(v128.load32_splat(pa), v128.load(pb), s0);
      pa += aInner;
      pb += bInner;
    }
    a += aOuter;
    b += bOuter;
  }
  v128.store(c, activate4(s0, activation));
}

/**
 * All tiles of one block of C: `rows` rows and `columns` columns, a multiple of 4.
 * `bias` points at the block's first column or row.
 */
export function tiles(
  c: usize, cRow: usize, a: usize, aRow: usize, aOuter: usize, aInner: usize,
  b: usize, bOuter: usize, bInner: usize, outer: i32, inner: i32,
  rows: i32, columns: i32, init: i32, bias: usize, activation: i32,
): void {
  const biasStep: usize = init == BIAS_BY_ROW ? 4 : 0;
  let n = 0;
  for (; n + 8 <= columns; n += 8) {
    let pc = c + (<usize>n << 2);
    const pb = b + (<usize>n << 2);
    let pBias = init == BIAS_BY_COLUMN ? bias + (<usize>n << 2) : bias;
    let pa = a;
    let m = 0;
    for (; m + 4 <= rows; m += 4) {
      tile4x8(pc, cRow, pa, aRow, aOuter, aInner, pb, bOuter, bInner, outer, inner, init, pBias, activation);
      pc += cRow << 2;
      pa += aRow << 2;
      pBias += biasStep << 2;
    }
    if (m + 2 <= rows) {
      tile2x8(pc, cRow, pa, aRow, aOuter, aInner, pb, bOuter, bInner, outer, inner, init, pBias, activation);
      pc += cRow << 1;
      pa += aRow << 1;
      pBias += biasStep << 1;
      m += 2;
    }
    if (m < rows) {
      tile1x8(pc, pa, aOuter, aInner, pb, bOuter, bInner, outer, inner, init, pBias, activation);
    }
  }
  if (n < columns) {
    let pc = c + (<usize>n << 2);
    const pb = b + (<usize>n << 2);
    let pBias = init == BIAS_BY_COLUMN ? bias + (<usize>n << 2) : bias;
    let pa = a;
    let m = 0;
    for (; m + 4 <= rows; m += 4) {
      tile4x4(pc, cRow, pa, aRow, aOuter, aInner, pb, bOuter, bInner, outer, inner, init, pBias, activation);
      pc += cRow << 2;
      pa += aRow << 2;
      pBias += biasStep << 2;
    }
    for (; m < rows; m++) {
      tile1x4(pc, pa, aOuter, aInner, pb, bOuter, bInner, outer, inner, init, pBias, activation);
      pc += cRow;
      pa += aRow;
      pBias += biasStep;
    }
  }
}
