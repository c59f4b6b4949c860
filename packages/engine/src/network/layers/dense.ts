import { type ActivationCode, type Pointer, padded, productStart } from '@starling/kernels';
import { type CompiledLayer, rowsOf } from '../batch.ts';
import { createRows, type RowsNode, type Workshop } from '../nodes.ts';

/** Where a tensor of parameters and its gradient lie. */
export interface ParameterPlace {
  value: Pointer;
  gradient: Pointer;
}

/** A dense layer over rows, of observations or of steps, and the activation after it. */
export function compileDense(
  workshop: Workshop,
  input: RowsNode,
  units: number,
  [weight, bias]: readonly [ParameterPlace, ParameterPlace],
  activation: ActivationCode,
): { layer: CompiledLayer; output: RowsNode } {
  const { kernels, isTraining } = workshop;
  const output = createRows(workshop, input.per, units);
  const columns = padded(units);
  const transposed =
    isTraining && input.gradient !== 0 ? kernels.arena.allocate(units * input.stride) : 0;
  return {
    output,
    layer: {
      forward(batch) {
        kernels.gemm(
          output.value,
          output.stride,
          input.value,
          input.stride,
          1,
          weight.value,
          columns,
          rowsOf(batch, input.per),
          columns,
          input.size,
          productStart.biasByColumn,
          bias.value,
          activation,
        );
      },
      backward(batch) {
        const rows = rowsOf(batch, input.per);
        const { gradient, stride } = output;
        if (activation !== 0) {
          kernels.activationBackward(
            gradient,
            stride,
            output.value,
            stride,
            rows,
            columns,
            activation,
          );
        }
        kernels.gemm(
          weight.gradient,
          columns,
          input.value,
          1,
          input.stride,
          gradient,
          stride,
          input.size,
          columns,
          rows,
          productStart.zero,
          0,
          0,
        );
        kernels.sumRows(bias.gradient, gradient, stride, rows, columns);
        if (transposed === 0) return;
        kernels.gemmTransposed(
          input.gradient,
          input.stride,
          gradient,
          stride,
          1,
          weight.value,
          columns,
          input.size,
          rows,
          input.stride,
          units,
          productStart.zero,
          transposed,
        );
      },
    },
  };
}
