import type { Standardisation } from './splits.ts';

/** Smallest normal 32-bit float: below it a scale would lose its digits, or be 0. */
const SMALLEST_SCALE = 1.1754943508222875e-38;

/**
 * Mean and standard deviation of every column, row by row in 64 bits (Welford, Technometrics
 * 4(3), 1962): no sum of squares that could cancel.
 */
export class RunningMoments {
  readonly #mean: Float64Array;
  /** Sum of squared deviations from the mean so far. */
  readonly #squares: Float64Array;
  #count = 0;

  constructor(width: number) {
    this.#mean = new Float64Array(width);
    this.#squares = new Float64Array(width);
  }

  /** Takes the row `values[start, start + width)`. */
  add(values: Float32Array, start: number): void {
    const mean = this.#mean;
    const squares = this.#squares;
    const weight = 1 / ++this.#count;
    for (let column = 0; column < mean.length; column++) {
      const value = values[start + column] as number;
      const before = value - (mean[column] as number);
      const updated = (mean[column] as number) + before * weight;
      mean[column] = updated;
      squares[column] = (squares[column] as number) + before * (value - updated);
    }
  }

  /**
   * Population statistics (divided by n); a constant column gets scale 1.
   * @param repeat how many times over: for rows of so many steps with the same columns
   */
  finish(repeat = 1): Standardisation {
    // A constant column has no deviation at all: every difference from its mean is exactly 0.
    const scale = this.#squares.map((sum) => {
      const deviation = Math.sqrt(sum / Math.max(this.#count, 1));
      return deviation >= SMALLEST_SCALE ? deviation : 1;
    });
    const width = this.#mean.length;
    const repeated = (values: Float64Array): Float32Array =>
      Float32Array.from({ length: width * repeat }, (_, at) => values[at % width] as number);
    return { mean: repeated(this.#mean), scale: repeated(scale) };
  }
}
