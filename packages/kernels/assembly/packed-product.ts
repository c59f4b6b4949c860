import { activationForward } from './activation';
import { ADD_TO_C, BIAS_BY_COLUMN, tiles } from './tile';
import { transposeBlock } from './transpose';
import { madd } from './vector-math';

/**
 * Products large enough that copying both sides first pays: a block of A lies tile by tile, six
 * rows a term, and sixteen columns of B term by term, so that the innermost loop walks through
 * memory in order, whatever the strides. Sums run over the terms in the same order as elsewhere,
 * so the bits are the same.
 */
export const ROWS: i32 = 258;
const TERMS: i32 = 256;
const LEAST_ROWS: i32 = 32;
const LEAST_COLUMNS: i32 = 64;
const LEAST_TERMS: i32 = 32;
const HEIGHT: i32 = 6;
const A = memory.data(TERMS * ROWS * 4, 64);
const B = memory.data(TERMS * 64, 64);
/** Sixteen zeros. */
const NOTHING = memory.data(64, 64);

// @ts-ignore: decorator
@inline
export function isPackedWorth(rows: i32, columns: i32, terms: i32): bool {
  return rows >= LEAST_ROWS && columns >= LEAST_COLUMNS && terms >= LEAST_TERMS;
}

/** Whole tiles of `rows` rows: six values a term. A(m, k) at a + m·aRow + k·aTerm bytes. */
function packA(a: usize, aRow: usize, aTerm: usize, rows: i32, terms: i32): void {
  let to = A;
  for (let m = 0; m + HEIGHT <= rows; m += HEIGHT) {
    let p = a + <usize>m * aRow;
    let k = 0;
    if (aRow == 4) {
      for (; k < terms; k++) {
        v128.store(to, v128.load(p));
        store<u64>(to, load<u64>(p, 16), 16);
        to += 24;
        p += aTerm;
      }
      continue;
    }
    for (; aTerm == 4 && k + 4 <= terms; k += 4) {
      packFour(to, p, aRow);
      to += 96;
      p += 16;
    }
    for (; k < terms; k++) {
      let row = p;
      for (let at: usize = 0; at < 24; at += 4) {
        store<f32>(to + at, load<f32>(row));
        row += aRow;
      }
      to += 24;
      p += aTerm;
    }
  }
}

/** Four terms of six rows, transposed. */
// @ts-ignore: decorator
@inline
function packFour(to: usize, p: usize, aRow: usize): void {
  const v0 = v128.load(p);
  const v1 = v128.load(p + aRow);
  const v2 = v128.load(p + 2 * aRow);
  const v3 = v128.load(p + 3 * aRow);
  const v4 = v128.load(p + 4 * aRow);
  const v5 = v128.load(p + 5 * aRow);
  const a = v128.shuffle<i32>(v0, v1, 0, 4, 1, 5);
  const b = v128.shuffle<i32>(v2, v3, 0, 4, 1, 5);
  const c = v128.shuffle<i32>(v0, v1, 2, 6, 3, 7);
  const d = v128.shuffle<i32>(v2, v3, 2, 6, 3, 7);
  const low = v128.shuffle<i32>(v4, v5, 0, 4, 1, 5);
  const high = v128.shuffle<i32>(v4, v5, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(a, b, 0, 2));
  v128.store64_lane(to, low, 0, 16);
  v128.store(to, v128.shuffle<i64>(a, b, 1, 3), 24);
  v128.store64_lane(to, low, 1, 40);
  v128.store(to, v128.shuffle<i64>(c, d, 0, 2), 48);
  v128.store64_lane(to, high, 0, 64);
  v128.store(to, v128.shuffle<i64>(c, d, 1, 3), 72);
  v128.store64_lane(to, high, 1, 88);
}

/** Sixteen columns, or the `width` that there are, a multiple of four. */
function packB(b: usize, bRow: usize, terms: i32, width: i32): void {
  let to = B;
  if (width == 16) {
    for (let k = 0; k < terms; k++) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
      v128.store(to, v128.load(b, 32), 32);
      v128.store(to, v128.load(b, 48), 48);
      to += 64;
      b += bRow;
    }
    return;
  }
  const bytes = <usize>width << 2;
  for (let k = 0; k < terms; k++) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(b + at));
    to += 64;
    b += bRow;
  }
}

/** Sixteen columns of a B that is given transposed, of which there are `left`; padding is zero. */
function packTransposed(b: usize, bRow: usize, left: i32, terms: i32, width: i32): void {
  for (let n = 0; n < width; n += 4) {
    let to = B + (<usize>n << 2);
    let p = b;
    for (let k = 0; k < terms; k += 4) {
      transposeBlock(to, 64, p, bRow, left - n, terms - k);
      to += 256;
      p += 16;
    }
    b += bRow << 2;
  }
}

/**
 * The whole product, its arguments those of `gemm` with strides in bytes; where `bRows` is not 0,
 * B is given transposed, with that many rows.
 */
export function packedProduct(
  c: usize, cRow: usize, a: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize,
  bRows: i32, rows: i32, columns: i32, terms: i32, init: i32, bias: usize, activation: i32,
): void {
  for (let m = 0; m < rows; m += ROWS) {
    const height = min(ROWS, rows - m);
    const tall = height - (height % HEIGHT);
    let ak = a;
    let bk = b;
    for (let k = 0; k < terms; k += TERMS) {
      const count = min(TERMS, terms - k);
      const first = k == 0 ? init : ADD_TO_C;
      packA(ak, aRow, aTerm, height, count);
      for (let n = 0; n < columns; n += 16) {
        const width = min(16, columns - n);
        const at = <usize>n << 2;
        if (bRows == 0) packB(bk + at, bRow, count, width);
        else packTransposed(bk + <usize>n * bRow, bRow, bRows - n, count, width);
        let pc = c + at;
        let r = 0;
        if (width == 16) {
          let from = first == BIAS_BY_COLUMN ? bias + at : NOTHING;
          const fromRow = first == ADD_TO_C ? cRow : 0;
          let pa = A;
          for (; r < tall; r += HEIGHT) {
            if (first == ADD_TO_C) from = pc;
            packedTile(pc, cRow, from, fromRow, pa, B, count);
            pc += cRow * HEIGHT;
            pa += <usize>count * 24;
          }
        }
        if (r < height) {
          tiles(
            pc, cRow, ak + <usize>r * aRow, aRow, 0, aTerm, B, 0, 64, 1, count,
            height - r, width, first, bias + at, 0,
          );
        }
      }
      ak += <usize>TERMS * aTerm;
      bk += <usize>TERMS * (bRows == 0 ? bRow : 4);
    }
    if (activation != 0) {
      let row = c;
      for (let r = 0; r < height; r++) {
        activationForward(row, row, columns, activation);
        row += cRow;
      }
    }
    c += <usize>ROWS * cRow;
    a += <usize>ROWS * aRow;
  }
}

/**
 * Six rows and sixteen columns of C = F + A · B over packed sides, F being C itself, or one row for
 * all: a pass over C that begins its sums would fetch it once more. Twelve sums of 256 bits keep two
 * multiply-add units busy where the eight of four rows wait for one another.
 */
function packedTile(
  c: usize, cRow: usize, from: usize, fromRow: usize, a: usize, b: usize, terms: i32,
): void {
  const f1 = from + fromRow;
  const f2 = f1 + fromRow;
  const f3 = f2 + fromRow;
  const f4 = f3 + fromRow;
  const f5 = f4 + fromRow;
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  const c4 = c3 + cRow;
  const c5 = c4 + cRow;
  let s00 = v128.load(from);
  let s01 = v128.load(from, 16);
  let s02 = v128.load(from, 32);
  let s03 = v128.load(from, 48);
  let s10 = v128.load(f1);
  let s11 = v128.load(f1, 16);
  let s12 = v128.load(f1, 32);
  let s13 = v128.load(f1, 48);
  let s20 = v128.load(f2);
  let s21 = v128.load(f2, 16);
  let s22 = v128.load(f2, 32);
  let s23 = v128.load(f2, 48);
  let s30 = v128.load(f3);
  let s31 = v128.load(f3, 16);
  let s32 = v128.load(f3, 32);
  let s33 = v128.load(f3, 48);
  let s40 = v128.load(f4);
  let s41 = v128.load(f4, 16);
  let s42 = v128.load(f4, 32);
  let s43 = v128.load(f4, 48);
  let s50 = v128.load(f5);
  let s51 = v128.load(f5, 16);
  let s52 = v128.load(f5, 32);
  let s53 = v128.load(f5, 48);
  for (let j = terms; j > 0; j--) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    let x = v128.load32_splat(a);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    s02 = madd(x, b2, s02);
    s03 = madd(x, b3, s03);
    x = v128.load32_splat(a, 4);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    s12 = madd(x, b2, s12);
    s13 = madd(x, b3, s13);
    x = v128.load32_splat(a, 8);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    s22 = madd(x, b2, s22);
    s23 = madd(x, b3, s23);
    x = v128.load32_splat(a, 12);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    s32 = madd(x, b2, s32);
    s33 = madd(x, b3, s33);
    x = v128.load32_splat(a, 16);
    s40 = madd(x, b0, s40);
    s41 = madd(x, b1, s41);
    s42 = madd(x, b2, s42);
    s43 = madd(x, b3, s43);
    x = v128.load32_splat(a, 20);
    s50 = madd(x, b0, s50);
    s51 = madd(x, b1, s51);
    s52 = madd(x, b2, s52);
    s53 = madd(x, b3, s53);
    a += 24;
    b += 64;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c, s02, 32);
  v128.store(c, s03, 48);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c1, s12, 32);
  v128.store(c1, s13, 48);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c2, s22, 32);
  v128.store(c2, s23, 48);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
  v128.store(c3, s32, 32);
  v128.store(c3, s33, 48);
  v128.store(c4, s40);
  v128.store(c4, s41, 16);
  v128.store(c4, s42, 32);
  v128.store(c4, s43, 48);
  v128.store(c5, s50);
  v128.store(c5, s51, 16);
  v128.store(c5, s52, 32);
  v128.store(c5, s53, 48);
}
