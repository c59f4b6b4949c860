import { type Pointer, padded, productStart } from '@starling/kernels';
import type { Batch, CompiledLayer } from '../batch.ts';
import { createRows, type RowsNode, type Workshop } from '../nodes.ts';
import type { ParameterPlace } from './dense.ts';

/** Tensors of one direction, in PyTorch's order. */
export interface GruPlaces {
  inputWeight: ParameterPlace;
  hiddenWeight: ParameterPlace;
  inputBias: ParameterPlace;
  hiddenBias: ParameterPlace;
}

interface Direction {
  places: GruPlaces;
  isReverse: 0 | 1;
  /** [packed rows, H] */
  out: Pointer;
  before: Pointer;
  candidate: Pointer;
  /** [packed rows, 3H] */
  gates: Pointer;
  dInput: Pointer;
  dHidden: Pointer;
  /** [packed rows, H], the gradient of `out`; 0 where only the last states count. */
  dOut: Pointer;
  /** [rows, H] */
  carry: Pointer;
  last: Pointer;
}

/** A GRU in one or two directions, over packed sequences. */
export function compileGru(
  workshop: Workshop,
  input: RowsNode,
  options: { hidden: number; returnSequence: boolean },
  places: readonly GruPlaces[],
): { layer: CompiledLayer; output: RowsNode } {
  const { kernels, capacity, isTraining } = workshop;
  const { arena } = kernels;
  const { hidden, returnSequence } = options;
  const H = padded(hidden);
  const output = createRows(
    workshop,
    returnSequence ? 'step' : 'observation',
    hidden * places.length,
  );
  const isPlain = places.length === 1;
  const perStep = (values: number): Pointer => arena.allocate(capacity.packedRows * values);
  const whenTraining = (values: number): Pointer => (isTraining ? perStep(values) : 0);
  const directions = places.map((tensors, index): Direction => {
    const isShared = isPlain && returnSequence;
    return {
      places: tensors,
      isReverse: index === 1 ? 1 : 0,
      out: isShared ? output.value : perStep(H),
      before: perStep(H),
      candidate: perStep(H),
      gates: perStep(3 * H),
      dInput: whenTraining(3 * H),
      dHidden: whenTraining(3 * H),
      dOut: isShared ? output.gradient : returnSequence ? whenTraining(H) : 0,
      carry: isTraining ? arena.allocate(capacity.rows * H) : 0,
      last: arena.allocate(capacity.rows * H),
    };
  });
  const scratch = arena.allocate(capacity.rows * 3 * H);
  const hiddenTransposed = isTraining ? arena.allocate(3 * H * H) : 0;
  const inputTransposed =
    isTraining && input.gradient !== 0 ? arena.allocate(3 * H * input.stride) : 0;

  function forwardDirection(direction: Direction, batch: Batch): void {
    const { inputWeight, hiddenWeight, inputBias, hiddenBias } = direction.places;
    kernels.gemm(
      direction.gates,
      3 * H,
      input.value,
      input.stride,
      1,
      inputWeight.value,
      3 * H,
      batch.packedRows,
      3 * H,
      input.size,
      productStart.biasByColumn,
      inputBias.value,
      0,
    );
    kernels.gruForward(
      direction.out,
      direction.before,
      direction.gates,
      direction.candidate,
      hiddenWeight.value,
      hiddenBias.value,
      scratch,
      batch.offsets,
      batch.steps,
      hidden,
      direction.isReverse,
    );
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
    if (direction.isReverse === 0) {
      states = direction.last;
      kernels.gatherRows(states, direction.out, H, batch.lastRows, batch.rows);
    }
    kernels.copyColumns(to, output.stride, states, H, batch.rows, hidden);
  }

  /** weight [size, 3H] = xᵀ · d over all rows. */
  function weightGradient(
    weight: Pointer,
    x: Pointer,
    stride: number,
    size: number,
    d: Pointer,
    rows: number,
  ): void {
    kernels.gemm(weight, 3 * H, x, 1, stride, d, 3 * H, size, 3 * H, rows, 0, 0, 0);
  }

  function backwardDirection(
    direction: Direction,
    column: number,
    batch: Batch,
    isFirst: boolean,
  ): void {
    const { inputWeight, hiddenWeight, inputBias, hiddenBias } = direction.places;
    const from = output.gradient + column * 4;
    kernels.clear(direction.carry, batch.rows * H);
    if (!returnSequence) {
      kernels.copyColumns(direction.carry, H, from, output.stride, batch.rows, hidden);
    } else if (!isPlain) {
      kernels.copyColumns(direction.dOut, H, from, output.stride, batch.packedRows, hidden);
    }
    kernels.transpose(hiddenTransposed, H, hiddenWeight.value, 3 * H, hidden, 3 * H);
    kernels.gruBackward(
      direction.dInput,
      direction.dHidden,
      direction.dOut,
      direction.carry,
      direction.gates,
      direction.candidate,
      direction.before,
      hiddenTransposed,
      batch.offsets,
      batch.steps,
      hidden,
      direction.isReverse,
    );
    const rows = batch.packedRows;
    const { dInput, dHidden } = direction;
    weightGradient(inputWeight.gradient, input.value, input.stride, input.size, dInput, rows);
    weightGradient(hiddenWeight.gradient, direction.before, H, hidden, dHidden, rows);
    kernels.sumRows(inputBias.gradient, dInput, 3 * H, rows, 3 * H);
    kernels.sumRows(hiddenBias.gradient, dHidden, 3 * H, rows, 3 * H);
    if (inputTransposed === 0) return;
    kernels.transpose(inputTransposed, input.stride, inputWeight.value, 3 * H, input.size, 3 * H);
    kernels.gemm(
      input.gradient,
      input.stride,
      dInput,
      3 * H,
      1,
      inputTransposed,
      input.stride,
      rows,
      input.stride,
      3 * H,
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
