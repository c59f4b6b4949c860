import { isPackedWorth, packedProduct, ROWS } from './packed-product';
import { ADD_TO_C, tiles } from './tile';
import { transpose } from './transpose';

/** Rows of C and terms of a sum that are worked on together, so that they stay in L1. */
const ROW_BLOCK: i32 = 64;
const TERM_BLOCK: i32 = 512;

/** Rows that share a packed panel of B before the next one is packed. */
const PANEL_ROW_BLOCK: i32 = 256;
/** Fewer rows do not repay the packing. */
const PANEL_LEAST_ROWS: i32 = 16;
/** Sixteen columns of B, one term after the other. */
const PANEL = memory.data(TERM_BLOCK * 64, 64);

/**
 * Whether rows of B lie so far apart, by a round number, that they compete for the same few
 * places of the L1 cache: then sixteen columns at a time are copied together first.
 */
// @ts-ignore: decorator
@inline
function isPanelWorth(bStride: i32, rows: i32, terms: i32): bool {
  return (bStride & 127) == 0 && rows >= PANEL_LEAST_ROWS && terms >= 16;
}

function packPanel(b: usize, bRow: usize, terms: i32, columns: i32): void {
  let to = PANEL;
  const bytes = <usize>columns << 2;
  for (let k = 0; k < terms; k++) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(b + at));
    to += bytes;
    b += bRow;
  }
}

/**
 * C[rows, columns] = activation(init + A · B). Elements: C row-major with `cStride` floats a
 * row; A(m, k) at a[m·aRow + k·aTerm], so either order of A costs the same; B row-major with
 * `bStride` floats a row. `columns` is a multiple of 4. `init`: 0 zero, 1 C, 2 bias a column.
 */
export function gemm(
  c: usize, cStride: i32, a: usize, aRow: i32, aTerm: i32, b: usize, bStride: i32,
  rows: i32, columns: i32, terms: i32, init: i32, bias: usize, activation: i32,
): void {
  const cRow = <usize>cStride << 2;
  const aRowBytes = <usize>aRow << 2;
  const aTermBytes = <usize>aTerm << 2;
  const bRow = <usize>bStride << 2;
  if (isPackedWorth(rows, columns, terms)) {
    packedProduct(
      c, cRow, a, aRowBytes, aTermBytes, b, bRow, 0, rows, columns, terms, init, bias, activation,
    );
    return;
  }
  for (let k = 0; k == 0 || k < terms; k += TERM_BLOCK) {
    const count = min(TERM_BLOCK, terms - k);
    const isLast = k + TERM_BLOCK >= terms;
    if (isPanelWorth(bStride, rows, terms)) {
      for (let m = 0; m < rows; m += PANEL_ROW_BLOCK) {
        const pa = a + <usize>m * aRowBytes + <usize>k * aTermBytes;
        for (let n = 0; n < columns; n += 16) {
          const width = min(16, columns - n);
          const at = <usize>n << 2;
          packPanel(b + <usize>k * bRow + at, bRow, count, width);
          tiles(
            c + <usize>m * cRow + at, cRow, pa, aRowBytes, 0, aTermBytes, PANEL, 0,
            <usize>width << 2, 1, count, min(PANEL_ROW_BLOCK, rows - m), width,
            k == 0 ? init : ADD_TO_C, bias + at, isLast ? activation : 0,
          );
        }
      }
      continue;
    }
    for (let m = 0; m < rows; m += ROW_BLOCK) {
      tiles(
        c + <usize>m * cRow, cRow, a + <usize>m * aRowBytes + <usize>k * aTermBytes, aRowBytes,
        0, aTermBytes, b + <usize>k * bRow, 0, bRow, 1, count, min(ROW_BLOCK, rows - m), columns,
        k == 0 ? init : ADD_TO_C, bias, isLast ? activation : 0,
      );
    }
  }
}

/**
 * C[rows, columns] = init + A · Bᵀ: as `gemm`, but B has `bRows` rows, one a column of C, of
 * `terms` floats, `bStride` apart; `columns` is bRows, padded to a multiple of 4; the columns between get
 * sums of zeros. `scratch` has room for terms · columns floats. No bias: `init` is 0 or 1.
 */
export function gemmTransposed(
  c: usize, cStride: i32, a: usize, aRow: i32, aTerm: i32, b: usize, bStride: i32, bRows: i32,
  rows: i32, columns: i32, terms: i32, init: i32, scratch: usize,
): void {
  // More rows than one block would transpose every panel again and again.
  if (rows <= ROWS && isPackedWorth(rows, columns, terms)) {
    packedProduct(
      c, <usize>cStride << 2, a, <usize>aRow << 2, <usize>aTerm << 2, b, <usize>bStride << 2, bRows,
      rows, columns, terms, init, 0, 0,
    );
    return;
  }
  transpose(scratch, columns, b, bStride, bRows, terms);
  gemm(c, cStride, a, aRow, aTerm, scratch, columns, rows, columns, terms, init, 0, 0);
}

/** sums[columns] = the sums of the columns of a matrix; `columns` is a multiple of 4. */
export function sumRows(sums: usize, matrix: usize, stride: i32, rows: i32, columns: i32): void {
  const row = <usize>stride << 2;
  let k = 0;
  for (; k + 16 <= columns; k += 16) {
    let p = matrix + (<usize>k << 2);
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (let m = 0; m < rows; m++) {
      s0 = f32x4.add(s0, v128.load(p));
      s1 = f32x4.add(s1, v128.load(p, 16));
      s2 = f32x4.add(s2, v128.load(p, 32));
      s3 = f32x4.add(s3, v128.load(p, 48));
      p += row;
    }
    const to = sums + (<usize>k << 2);
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; k < columns; k += 4) {
    let p = matrix + (<usize>k << 2);
    let s = f32x4.splat(0);
    for (let m = 0; m < rows; m++) {
      s = f32x4.add(s, v128.load(p));
      p += row;
    }
    v128.store(sums + (<usize>k << 2), s);
  }
}

/** Copies `columns` floats a row between matrices of other strides. */
export function copyColumns(
  destination: usize, destinationStride: i32, source: usize, sourceStride: i32,
  rows: i32, columns: i32,
): void {
  const to = <usize>destinationStride << 2;
  const from = <usize>sourceStride << 2;
  const vectors = <usize>(columns & ~3) << 2;
  const bytes = <usize>columns << 2;
  for (let m = 0; m < rows; m++) {
    let k: usize = 0;
    for (; k < vectors; k += 16) v128.store(destination + k, v128.load(source + k));
    for (; k < bytes; k += 4) store<f32>(destination + k, load<f32>(source + k));
    destination += to;
    source += from;
  }
}

/** Sets `count` floats to zero. */
export function clear(destination: usize, count: i32): void {
  memory.fill(destination, 0, <usize>count << 2);
}
