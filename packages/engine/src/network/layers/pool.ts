import type { ActivationCode } from '@starling/kernels';
import type { CompiledLayer } from '../batch.ts';
import { createSignal, type SignalNode, type Workshop } from '../nodes.ts';

/** Max pooling; `slope` is the activation before it whose derivative it takes along. */
export function compilePool(
  workshop: Workshop,
  input: SignalNode,
  size: number,
  slope: ActivationCode,
): { layer: CompiledLayer; output: SignalNode } {
  const { kernels } = workshop;
  const length = Math.floor(input.length / size);
  const output = createSignal(workshop, input.channels, length);
  return {
    output,
    layer: {
      forward(batch) {
        kernels.poolForward(
          output.value,
          output.stride,
          input.value,
          input.stride,
          batch.rows * input.channels,
          length,
          size,
        );
      },
      backward(batch) {
        if (input.gradient === 0) return;
        kernels.poolBackward(
          input.gradient,
          input.gradientStride,
          output.gradient,
          output.gradientStride,
          input.value,
          input.stride,
          batch.rows * input.channels,
          length,
          size,
          input.length,
          slope,
        );
      },
    },
  };
}
