import type { DataShape } from '@starling/domain';

/** A data set's shape in words: `178 samples, 1 channel`. */
export function describeShape(shape: DataShape): string {
  if (shape.kind === 'signal') {
    const channels = shape.channels === 1 ? '1 channel' : `${shape.channels} channels`;
    return `${shape.length} samples, ${channels}`;
  }
  return shape.variable === false
    ? `${shape.maxSteps} steps of ${shape.features} features`
    : `up to ${shape.maxSteps} steps of ${shape.features} features`;
}
