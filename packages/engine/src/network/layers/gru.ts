import { padded } from '@starling/kernels';
import type { CreateCell } from './recurrent.ts';

/** PyTorch's GRU; gates r, z, n. */
export const createGru: CreateCell = {
  gates: 3,
  create({ kernels, capacity, isTraining }, hidden, places, isReverse, scratch) {
    const { arena } = kernels;
    const H = padded(hidden);
    const perStep = (values: number) => arena.allocate(capacity.packedRows * values);
    const gates = perStep(3 * H);
    const before = perStep(H);
    const candidate = perStep(H);
    const dInput = isTraining ? perStep(3 * H) : 0;
    const dHidden = isTraining ? perStep(3 * H) : 0;
    const reverse = isReverse ? 1 : 0;
    return {
      gates,
      before,
      dInput,
      dHidden,
      forward(out, { offsets, steps }) {
        kernels.gruForward(
          out,
          before,
          gates,
          candidate,
          places.hiddenWeight.value,
          places.hiddenBias.value,
          scratch,
          offsets,
          steps,
          hidden,
          reverse,
        );
      },
      backward(dOut, carry, transposed, { offsets, steps }) {
        kernels.gruBackward(
          dInput,
          dHidden,
          dOut,
          carry,
          gates,
          candidate,
          before,
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
