import { AppError } from '@starling/domain';
import { type RaggedSplit, stepsOf } from '../data/training-data.ts';
import type { Batch } from '../network/batch.ts';
import type { BatchLoader, LoaderSetup } from './batch-loader.ts';
import { standardiseColumns } from './standardise-columns.ts';

/** Sequences of different lengths, packed: the longest first, rows by step. */
export function createRaggedLoader(setup: LoaderSetup): BatchLoader {
  const { network, labels, offsets, lastRows } = setup;
  const { kernels, capacity } = network.workshop;
  const { arena } = kernels;
  const { input } = network;
  if (input.kind !== 'rows') throw new TypeError('a network of sequences takes rows of steps');
  const features = input.size;
  const { stride } = input;
  const columns = standardiseColumns(setup.standardisation, features);
  const shift = columns === undefined ? 0 : arena.allocate(stride);
  const scale = columns === undefined ? 0 : arena.allocate(stride);
  if (columns !== undefined) {
    arena.floats(shift, stride).set(columns.shift);
    arena.floats(scale, stride).set(columns.scale);
  }
  const rowIndex = new Uint32Array(capacity.rows);
  const batch: Batch = { rows: 0, steps: 0, packedRows: 0, offsets, lastRows };
  let views = takeViews();

  function takeViews() {
    return {
      values: arena.floats(input.value, capacity.packedRows * stride),
      labels: arena.integers(labels, capacity.rows),
      offsets: arena.integers(offsets, capacity.steps + 1),
      lastRows: arena.integers(lastRows, capacity.rows),
    };
  }

  /** Orders the rows by falling length; equal ones keep their order. */
  function sortRows(split: RaggedSplit, order: Uint32Array, start: number, count: number): void {
    for (let row = 0; row < count; row++) {
      const index = order[start + row] as number;
      const length = stepsOf(split, index);
      let at = row;
      while (at > 0 && stepsOf(split, rowIndex[at - 1] as number) < length) {
        rowIndex[at] = rowIndex[at - 1] as number;
        at--;
      }
      rowIndex[at] = index;
    }
  }

  function pack(split: RaggedSplit, count: number): void {
    const steps = stepsOf(split, rowIndex[0] as number);
    let position = 0;
    let active = count;
    for (let step = 0; step < steps; step++) {
      while (active > 0 && stepsOf(split, rowIndex[active - 1] as number) <= step) active--;
      views.offsets[step] = position;
      position += active;
    }
    views.offsets[steps] = position;
    if (steps > capacity.steps || position > capacity.packedRows) {
      throw new AppError('internal', 'a batch of sequences is larger than its buffers');
    }
    batch.rows = count;
    batch.steps = steps;
    batch.packedRows = position;
    for (let row = 0; row < count; row++) {
      const index = rowIndex[row] as number;
      views.labels[row] = split.y[index] as number;
      const last = stepsOf(split, index) - 1;
      views.lastRows[row] = (views.offsets[last] as number) + row;
    }
  }

  function copySteps(split: RaggedSplit, count: number): void {
    const { values } = views;
    for (let row = 0; row < count; row++) {
      const first = split.offsets[rowIndex[row] as number] as number;
      const steps = stepsOf(split, rowIndex[row] as number);
      for (let step = 0; step < steps; step++) {
        const to = ((views.offsets[step] as number) + row) * stride;
        if (split.x !== undefined) {
          const from = (first + step) * features;
          for (let feature = 0; feature < features; feature++) {
            values[to + feature] = split.x[from + feature] as number;
          }
        } else {
          const { codeOffsets, codes } = split.codes;
          const end = codeOffsets[first + step + 1] as number;
          for (let at = codeOffsets[first + step] as number; at < end; at++) {
            values[to + (codes[at] as number)] = 1;
          }
        }
      }
    }
  }

  return {
    labels,
    rowIndex,
    load(split, order, start, count) {
      if (split.kind !== 'ragged' || split.features !== features) throw shapeError(features);
      if (views.values.length === 0) views = takeViews();
      sortRows(split, order, start, count);
      pack(split, count);
      if (split.codes !== undefined) kernels.clear(input.value, batch.packedRows * stride);
      copySteps(split, count);
      if (columns !== undefined) {
        kernels.standardise(input.value, batch.packedRows, stride, shift, scale);
      }
      return batch;
    },
  };
}

function shapeError(features: number): AppError {
  return new AppError('invalid-dataset', `the network takes steps of ${features} features`);
}
