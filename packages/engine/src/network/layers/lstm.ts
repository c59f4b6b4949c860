import { padded } from '@starling/kernels';
import type { CreateCell } from './recurrent.ts';

/** PyTorch's LSTM; gates i, f, g, o. Both products have one gradient. */
export const createLstm: CreateCell = {
  gates: 4,
  create({ kernels, capacity, isTraining }, hidden, places, isReverse, scratch) {
    const { arena } = kernels;
    const H = padded(hidden);
    const perStep = (values: number) => arena.allocate(capacity.packedRows * values);
    const gates = perStep(4 * H);
    const before = perStep(H);
    const cells = perStep(H);
    const cellsBefore = perStep(H);
    const dGates = isTraining ? perStep(4 * H) : 0;
    const cellCarry = isTraining ? arena.allocate(capacity.rows * H) : 0;
    const reverse = isReverse ? 1 : 0;
    return {
      gates,
      before,
      dInput: dGates,
      dHidden: dGates,
      forward(out, { offsets, steps }) {
        kernels.lstmForward(
          out,
          before,
          cells,
          cellsBefore,
          gates,
          places.hiddenWeight.value,
          places.hiddenBias.value,
          scratch,
          offsets,
          steps,
          hidden,
          reverse,
        );
      },
      backward(dOut, carry, transposed, { offsets, steps, rows }) {
        kernels.clear(cellCarry, rows * H);
        kernels.lstmBackward(
          dGates,
          dOut,
          carry,
          cellCarry,
          gates,
          cells,
          cellsBefore,
          transposed,
          offsets,
          steps,
          hidden,
          reverse,
        );
      },
    };
  },
};
