/**
 * destination[columns, rows] = source[rows, columns] transposed. Both strides are multiples
 * of 4; columns `rows` to the next multiple of 4 of the destination become zero.
 */
export function transpose(
  destination: usize, destinationStride: i32, source: usize, sourceStride: i32,
  rows: i32, columns: i32,
): void {
  const from = <usize>sourceStride << 2;
  const to = <usize>destinationStride << 2;
  // Sixteen rows at a time fill whole cache lines of the destination.
  for (let top = 0; top < rows; top += 16) {
    const bottom = min(top + 16, rows);
    for (let k = 0; k < columns; k += 4) {
      for (let r = top; r < bottom; r += 4) {
        transposeBlock(
          destination + <usize>k * to + (<usize>r << 2), to,
          source + <usize>r * from + (<usize>k << 2), from, rows - r, columns - k,
        );
      }
    }
  }
}

/** Four rows and columns, or the `left` and `wide` that there are. */
// @ts-ignore: decorator
@inline
export function transposeBlock(
  q: usize, to: usize, p: usize, from: usize, left: i32, wide: i32,
): void {
  const v0 = v128.load(p);
  const v1 = left > 1 ? v128.load(p + from) : f32x4.splat(0);
  const v2 = left > 2 ? v128.load(p + 2 * from) : f32x4.splat(0);
  const v3 = left > 3 ? v128.load(p + 3 * from) : f32x4.splat(0);
  const a = v128.shuffle<i32>(v0, v1, 0, 4, 1, 5);
  const b = v128.shuffle<i32>(v2, v3, 0, 4, 1, 5);
  const c = v128.shuffle<i32>(v0, v1, 2, 6, 3, 7);
  const d = v128.shuffle<i32>(v2, v3, 2, 6, 3, 7);
  v128.store(q, v128.shuffle<i64>(a, b, 0, 2));
  if (wide > 1) v128.store(q + to, v128.shuffle<i64>(a, b, 1, 3));
  if (wide > 2) v128.store(q + 2 * to, v128.shuffle<i64>(c, d, 0, 2));
  if (wide > 3) v128.store(q + 3 * to, v128.shuffle<i64>(c, d, 1, 3));
}
