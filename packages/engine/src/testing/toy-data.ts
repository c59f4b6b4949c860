import { type Clock, createRandom, type DataShape } from '@starling/domain';
import type { Split, TrainingData } from '../data/training-data.ts';

/** A clock that stands still but for a millisecond at each look. */
export function tickingClock(): Clock {
  let now = 0;
  const look = (): number => now++;
  return { nowMs: look, monotonicMs: look };
}

/**
 * Data that can be learned: the sign and place of a bump name the class. Of the shape given;
 * labelled toy, for tests alone.
 */
export function toyData(shape: DataShape, rows = { train: 90, validation: 40 }): TrainingData {
  const { classes } = shape;
  const part = (name: string, count: number): Split => {
    const random = createRandom(5, 'toy', name);
    const y = Int32Array.from({ length: count }, () => random.integer(classes));
    const value = (row: number, position: number): number =>
      random.normal() * 0.7 + (position % classes === y[row] ? 1.5 : 0);
    if (shape.kind === 'signal' || shape.variable === false) {
      const width =
        shape.kind === 'signal' ? shape.channels * shape.length : shape.maxSteps * shape.features;
      const x = Float32Array.from({ length: count * width }, (_, index) =>
        value(Math.floor(index / width), index % width),
      );
      return { kind: 'dense', rows: count, width, x, y };
    }
    const offsets = new Uint32Array(count + 1);
    for (let row = 0; row < count; row++) {
      offsets[row + 1] = (offsets[row] ?? 0) + 1 + random.integer(shape.maxSteps);
    }
    const { features } = shape;
    const x = new Float32Array((offsets[count] ?? 0) * features);
    for (let row = 0; row < count; row++) {
      const end = (offsets[row + 1] ?? 0) * features;
      for (let at = (offsets[row] ?? 0) * features; at < end; at++) {
        x[at] = value(row, at % features);
      }
    }
    return { kind: 'ragged', rows: count, features, offsets, x, y };
  };
  return {
    train: part('train', rows.train),
    validation: part('validation', rows.validation),
    classes,
    shape,
  };
}
