import { AppError } from '@starling/domain';
import { type Pointer, padded } from '@starling/kernels';
import type { Batch } from '../network/batch.ts';
import { type Capacity, type Node, rowCapacity } from '../network/nodes.ts';
import type { BatchLoader, LoaderSetup } from './batch-loader.ts';
import { inputPlaces } from './input-places.ts';
import { standardiseColumns } from './standardise-columns.ts';

/** Observations of one size: rows are copied, standardised, and spread where they belong. */
export function createDenseLoader(setup: LoaderSetup): BatchLoader {
  const { network, shape, labels, offsets, lastRows } = setup;
  const { kernels, capacity } = network.workshop;
  const { arena } = kernels;
  const { input } = network.spec;
  const map = inputPlaces(shape, input, network.isInputFlat);
  const width = map.places.length;
  const stride = padded(width);
  const staging = map.isIdentity ? network.input.value : arena.allocate(capacity.rows * stride);
  const stepTable = arena.allocate(width);
  const placeTable = arena.allocate(width);
  const columns = standardiseColumns(setup.standardisation, width);
  const shift = columns === undefined ? 0 : arena.allocate(stride);
  const scale = columns === undefined ? 0 : arena.allocate(stride);
  arena.integers(stepTable, width).set(map.steps);
  arena.integers(placeTable, width).set(map.places);
  if (columns !== undefined) {
    arena.floats(shift, stride).set(columns.shift);
    arena.floats(scale, stride).set(columns.scale);
  }
  const steps = input.kind === 'sequence' && input.steps !== null ? input.steps : 1;
  const rowIndex = new Uint32Array(capacity.rows);
  const batch: Batch = { rows: 0, steps, packedRows: 0, offsets, lastRows };
  let views = takeViews();

  function takeViews() {
    return {
      values: arena.floats(staging, capacity.rows * stride),
      labels: arena.integers(labels, capacity.rows),
      offsets: arena.integers(offsets, steps + 1),
      lastRows: arena.integers(lastRows, capacity.rows),
    };
  }

  /** Every observation has all steps, so the packed rows follow from their number alone. */
  function pack(count: number): void {
    batch.rows = count;
    batch.packedRows = count * steps;
    for (let step = 0; step <= steps; step++) views.offsets[step] = step * count;
    for (let row = 0; row < count; row++) views.lastRows[row] = (steps - 1) * count + row;
    // Steps move with the number of rows: what lies where a last step is not full must go.
    if (!map.isIdentity) kernels.clear(network.input.value, valuesIn(network.input, capacity));
  }

  return {
    labels,
    rowIndex,
    load(split, order, start, count) {
      if (split.kind !== 'dense' || split.width !== width) throw shapeError(width);
      if (views.values.length === 0) views = takeViews();
      if (batch.rows !== count) pack(count);
      const { x, y } = split;
      const { values } = views;
      for (let row = 0; row < count; row++) {
        const index = order[start + row] as number;
        rowIndex[row] = index;
        views.labels[row] = y[index] as number;
        const from = index * width;
        const to = row * stride;
        for (let column = 0; column < width; column++) {
          values[to + column] = x[from + column] as number;
        }
      }
      if (columns !== undefined) kernels.standardise(staging, count, stride, shift, scale);
      if (!map.isIdentity) spread(kernels.scatterRows, count);
      return batch;
    },
  };

  function spread(scatterRows: typeof kernels.scatterRows, count: number): void {
    const to: Pointer = network.input.value;
    scatterRows(to, map.rowStride, staging, stride, count, width, stepTable, placeTable);
  }
}

/** Floats of the whole input. */
function valuesIn(input: Node, capacity: Capacity): number {
  if (input.kind === 'signal') return capacity.rows * input.channels * input.stride;
  return rowCapacity(capacity, input.per) * input.stride;
}

function shapeError(width: number): AppError {
  return new AppError('invalid-dataset', `the network takes rows of ${width} values`);
}
