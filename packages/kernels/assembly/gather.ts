/**
 * Spreads rows of values, `sourceStride` floats apart, to where a network wants them: value j
 * of row m goes to float m · rowStride + steps[j] · rows + places[j] of the destination.
 * A place below 0 is skipped.
 */
export function scatterRows(
  destination: usize, rowStride: i32, source: usize, sourceStride: i32,
  rows: i32, width: i32, steps: usize, places: usize,
): void {
  for (let m = 0; m < rows; m++) {
    const to = m * rowStride;
    for (let j = 0; j < width; j++) {
      const at = <usize>j << 2;
      const place = load<i32>(places + at);
      if (place < 0) continue;
      const index = to + load<i32>(steps + at) * rows + place;
      store<f32>(destination + (<usize>index << 2), load<f32>(source + at));
    }
    source += <usize>sourceStride << 2;
  }
}

/**
 * Spreads one sequence of `steps` steps, `features` floats each, over packed rows: step t goes
 * to row offsets[t] + m.
 */
export function scatterSteps(
  destination: usize, rowStride: i32, source: usize, steps: i32, features: i32,
  offsets: usize, m: i32,
): void {
  for (let t = 0; t < steps; t++) {
    const row = load<i32>(offsets + (<usize>t << 2)) + m;
    memory.copy(destination + (<usize>(row * rowStride) << 2), source, <usize>features << 2);
    source += <usize>features << 2;
  }
}

/** Copies the rows `indices` of a packed matrix to rows 0, 1, … */
export function gatherRows(
  destination: usize, source: usize, stride: i32, indices: usize, rows: i32,
): void {
  const bytes = <usize>stride << 2;
  for (let m = 0; m < rows; m++) {
    const from = load<i32>(indices + (<usize>m << 2));
    memory.copy(destination + <usize>m * bytes, source + <usize>from * bytes, bytes);
  }
}

/** The opposite of gatherRows; other rows are not touched. */
export function scatterGathered(
  destination: usize, source: usize, stride: i32, indices: usize, rows: i32,
): void {
  const bytes = <usize>stride << 2;
  for (let m = 0; m < rows; m++) {
    const to = load<i32>(indices + (<usize>m << 2));
    memory.copy(destination + <usize>to * bytes, source + <usize>m * bytes, bytes);
  }
}
