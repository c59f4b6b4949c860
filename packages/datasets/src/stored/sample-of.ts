import type { DatasetSample } from '@starling/domain';
import type { DatasetDescription, RaggedCodesSplit, RaggedStepsSplit, Split } from './splits.ts';

/** The decimal with the fewest digits that is this 32-bit float: 0.1, not 0.10000000149011612. */
export function shortestDecimal(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}

function listDecimals(values: Float32Array): number[] {
  return Array.from(values, shortestDecimal);
}

function listSteps(split: RaggedStepsSplit, from: number, to: number): number[][] {
  return Array.from({ length: to - from }, (_, step) => {
    const start = (from + step) * split.features;
    return listDecimals(split.x.subarray(start, start + split.features));
  });
}

function listVisits(split: RaggedCodesSplit, from: number, to: number): number[][] {
  return Array.from({ length: to - from }, (_, step) => {
    const start = split.codeOffsets[from + step];
    return [...split.codes.subarray(start, split.codeOffsets[from + step + 1])];
  });
}

/** One row of a split as a sample; codes also by name, beside their vectors of 0 and 1. */
export function sampleOf(
  description: DatasetDescription,
  split: Split,
  row: number,
  index: number,
): DatasetSample {
  const className = description.classNames[split.y[row] as number] as string;
  if (split.kind === 'dense') {
    const start = row * split.width;
    const values = listDecimals(split.x.subarray(start, start + split.width));
    return { index, className, values, steps: null };
  }
  const from = split.offsets[row] as number;
  const to = split.offsets[row + 1] as number;
  if (split.content === 'steps') {
    return { index, className, values: [], steps: listSteps(split, from, to) };
  }
  const visits = listVisits(split, from, to);
  return {
    index,
    className,
    values: [],
    steps: visits.map((codes) => {
      const step = new Array<number>(split.features).fill(0);
      for (const code of codes) step[code] = 1;
      return step;
    }),
    codes: visits.map((codes) => codes.map((code) => description.vocabulary[code] as string)),
  };
}
