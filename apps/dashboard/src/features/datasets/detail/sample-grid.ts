import type { DataShape, DatasetSample } from '@starling/domain';

/** A sequence as rows of steps. */
export function stepsOf(sample: DatasetSample, features: number): number[][] {
  if (sample.steps !== null) return sample.steps;
  return Array.from({ length: Math.floor(sample.values.length / features) }, (_, step) =>
    sample.values.slice(step * features, (step + 1) * features),
  );
}

/** A signal as its channels. */
export function channelsOf(
  sample: DatasetSample,
  shape: DataShape & { kind: 'signal' },
): number[][] {
  return Array.from({ length: shape.channels }, (_, channel) =>
    sample.values.slice(channel * shape.length, (channel + 1) * shape.length),
  );
}

export interface Range {
  low: number;
  high: number;
}

/** Least and greatest of numbers; 0 to 1 where there are none. */
export function rangeOf(values: Iterable<number>): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? { low: 0, high: 1 } : { low, high };
}

/** Where a value lies in a range, 0 to 1; in the middle of an empty one. */
export function placeIn({ low, high }: Range, value: number): number {
  return high === low ? 0.5 : (value - low) / (high - low);
}

/**
 * Ranges by feature over several sequences: one for all where steps are pictures' rows, one
 * each where features are measurements of different units.
 */
export function featureRanges(
  sequences: readonly (readonly (readonly number[])[])[],
  features: number,
  isShared: boolean,
): Range[] {
  if (isShared) {
    const range = rangeOf(sequences.flatMap((steps) => steps.flat()));
    return Array.from({ length: features }, () => range);
  }
  return Array.from({ length: features }, (_, feature) =>
    rangeOf(sequences.flatMap((steps) => steps.map((step) => step[feature] ?? 0))),
  );
}

/** Whether steps are best drawn downwards, as the rows of a picture. */
export function isPicture(shape: DataShape): boolean {
  return shape.kind === 'sequence' && shape.variable === false && shape.features === shape.maxSteps;
}
