import { type Pointer, padded, productStart } from '@starling/kernels';
import type { Batch, CompiledLayer } from '../batch.ts';
import { createRows, type RowsNode, type Workshop } from '../nodes.ts';
import type { ParameterPlace } from './dense.ts';

/** Tensors of one direction, in PyTorch's order. */
export interface RecurrentPlaces {
  inputWeight: ParameterPlace;
  hiddenWeight: ParameterPlace;
  inputBias: ParameterPlace;
  hiddenBias: ParameterPlace;
}

/**
 * The steps of one direction. The layer around it multiplies inputs by weights, all steps at
 * once, and makes gradients of weights out of those of the products.
 */
export interface Cell {
  /** [packed rows, gates · H], filled with W_ih · x + b_ih before `forward`. */
  readonly gates: Pointer;
  /** [packed rows, H], the state before each step; filled by `forward`. */
  readonly before: Pointer;
  /** Gradients of W_ih · x + b_ih and of W_hh · h + b_hh, each as `gates`; may be one. */
  readonly dInput: Pointer;
  readonly dHidden: Pointer;
  /** Fills `out`, the state after each step. */
  forward(out: Pointer, batch: Batch): void;
  /**
   * `dOut` is the gradient of `out`, 0 where only the last states count; `carry` [rows, H] comes
   * in as the gradient of these; `transposed` is W_hh as [gates · H, H].
   */
  backward(dOut: Pointer, carry: Pointer, transposed: Pointer, batch: Batch): void;
}

/** Lays out the cell of one direction; `scratch` has [rows, gates · H]. */
export interface CreateCell {
  readonly gates: number;
  create(
    workshop: Workshop,
    hidden: number,
    places: RecurrentPlaces,
    isReverse: boolean,
    scratch: Pointer,
  ): Cell;
}

interface Direction {
  places: RecurrentPlaces;
  cell: Cell;
  isReverse: boolean;
  /** [packed rows, H] */
  out: Pointer;
  /** [packed rows, H], the gradient of `out`; 0 where only the last states count. */
  dOut: Pointer;
  /** [rows, H] */
  carry: Pointer;
  last: Pointer;
}

/** A recurrent layer in one or two directions, over packed sequences. */
export function compileRecurrent(
  workshop: Workshop,
  input: RowsNode,
  options: { hidden: number; returnSequence: boolean },
  places: readonly RecurrentPlaces[],
  createCell: CreateCell,
): { layer: CompiledLayer; output: RowsNode } {
  const { kernels, capacity, isTraining } = workshop;
  const { arena } = kernels;
  const { hidden, returnSequence } = options;
  const H = padded(hidden);
  const G = createCell.gates * H;
  const output = createRows(
    workshop,
    returnSequence ? 'step' : 'observation',
    hidden * places.length,
  );
  const isPlain = places.length === 1;
  const perStep = (values: number): Pointer => arena.allocate(capacity.packedRows * values);
  const whenTraining = (values: number): Pointer => (isTraining ? perStep(values) : 0);
  const scratch = arena.allocate(capacity.rows * G);
  const directions = places.map((tensors, index): Direction => {
    const isShared = isPlain && returnSequence;
    return {
      places: tensors,
      cell: createCell.create(workshop, hidden, tensors, index === 1, scratch),
      isReverse: index === 1,
      out: isShared ? output.value : perStep(H),
      dOut: isShared ? output.gradient : returnSequence ? whenTraining(H) : 0,
      carry: isTraining ? arena.allocate(capacity.rows * H) : 0,
      last: arena.allocate(capacity.rows * H),
    };
  });
  const hiddenTransposed = isTraining ? arena.allocate(G * H) : 0;
  const inputTransposed = isTraining && input.gradient !== 0 ? arena.allocate(G * input.stride) : 0;

  function forwardDirection(direction: Direction, batch: Batch): void {
    const { inputWeight, inputBias } = direction.places;
    kernels.gemm(
      direction.cell.gates,
      G,
      input.value,
      input.stride,
      1,
      inputWeight.value,
      G,
      batch.packedRows,
      G,
      input.size,
      productStart.biasByColumn,
      inputBias.value,
      0,
    );
    direction.cell.forward(direction.out, batch);
  }

  /** Puts states of one direction into its columns of the output. */
  function emit(direction: Direction, column: number, batch: Batch): void {
    const to = output.value + column * 4;
    if (returnSequence) {
      if (isPlain) return;
      kernels.copyColumns(to, output.stride, direction.out, H, batch.packedRows, hidden);
      return;
    }
    // Backwards, the last state to be reached is that of the first step, whose rows come first.
    let states = direction.out;
    if (!direction.isReverse) {
      states = direction.last;
      kernels.gatherRows(states, direction.out, H, batch.lastRows, batch.rows);
    }
    kernels.copyColumns(to, output.stride, states, H, batch.rows, hidden);
  }

  /** weight [size, G] = xᵀ · d over all rows. */
  function weightGradient(
    weight: Pointer,
    x: Pointer,
    stride: number,
    size: number,
    d: Pointer,
    rows: number,
  ): void {
    kernels.gemm(weight, G, x, 1, stride, d, G, size, G, rows, 0, 0, 0);
  }

  function backwardDirection(
    direction: Direction,
    column: number,
    batch: Batch,
    isFirst: boolean,
  ): void {
    const { cell } = direction;
    const { inputWeight, hiddenWeight, inputBias, hiddenBias } = direction.places;
    const from = output.gradient + column * 4;
    kernels.clear(direction.carry, batch.rows * H);
    if (!returnSequence) {
      kernels.copyColumns(direction.carry, H, from, output.stride, batch.rows, hidden);
    } else if (!isPlain) {
      kernels.copyColumns(direction.dOut, H, from, output.stride, batch.packedRows, hidden);
    }
    kernels.transpose(hiddenTransposed, H, hiddenWeight.value, G, hidden, G);
    cell.backward(direction.dOut, direction.carry, hiddenTransposed, batch);
    const rows = batch.packedRows;
    const { dInput, dHidden } = cell;
    weightGradient(inputWeight.gradient, input.value, input.stride, input.size, dInput, rows);
    weightGradient(hiddenWeight.gradient, cell.before, H, hidden, dHidden, rows);
    kernels.sumRows(inputBias.gradient, dInput, G, rows, G);
    kernels.sumRows(hiddenBias.gradient, dHidden, G, rows, G);
    if (inputTransposed === 0) return;
    kernels.transpose(inputTransposed, input.stride, inputWeight.value, G, input.size, G);
    kernels.gemm(
      input.gradient,
      input.stride,
      dInput,
      G,
      1,
      inputTransposed,
      input.stride,
      rows,
      input.stride,
      G,
      isFirst ? productStart.zero : productStart.destination,
      0,
      0,
    );
  }

  return {
    output,
    layer: {
      forward(batch) {
        for (let index = 0; index < directions.length; index++) {
          const direction = directions[index] as Direction;
          forwardDirection(direction, batch);
          emit(direction, index * hidden, batch);
        }
      },
      backward(batch) {
        for (let index = 0; index < directions.length; index++) {
          backwardDirection(directions[index] as Direction, index * hidden, batch, index === 0);
        }
      },
    },
  };
}
