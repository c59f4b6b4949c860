import type { PhiloxKey } from '@starling/domain';
import type { ActivationCode } from '@starling/kernels';
import { type Batch, type CompiledLayer, rowsOf } from '../batch.ts';
import { createRows, createSignal, type Node, type Workshop } from '../nodes.ts';

/** A node of the shape of another; rows share the gradient, which is then changed in place. */
function createLike(workshop: Workshop, input: Node): Node {
  if (input.kind === 'signal') {
    return createSignal(workshop, input.channels, input.length, undefined, input.gradient !== 0);
  }
  return { ...createRows(workshop, input.per, input.size, false), gradient: input.gradient };
}

/** Rows of `stride` floats that a node has in this batch. */
function matrixRows(node: Node, batch: Batch): number {
  return node.kind === 'signal' ? batch.rows * node.channels : rowsOf(batch, node.per);
}

function gradientStrideOf(node: Node): number {
  return node.kind === 'signal' ? node.gradientStride : node.stride;
}

/** Hands the gradient of the output back where it does not lie in that of the input already. */
function passBack(workshop: Workshop, input: Node, output: Node, batch: Batch): void {
  if (input.gradient === output.gradient) return;
  workshop.kernels.copyColumns(
    input.gradient,
    gradientStrideOf(input),
    output.gradient,
    gradientStrideOf(output),
    matrixRows(output, batch),
    output.stride,
  );
}

/** An activation that no layer before it has taken into its own pass. */
export function compileActivation(
  workshop: Workshop,
  input: Node,
  activation: ActivationCode,
): { layer: CompiledLayer; output: Node } {
  const { kernels } = workshop;
  const output = createLike(workshop, input);
  return {
    output,
    layer: {
      forward(batch) {
        const count = matrixRows(output, batch) * output.stride;
        kernels.activationForward(output.value, input.value, count, activation);
      },
      backward(batch) {
        if (input.gradient === 0) return;
        kernels.activationBackward(
          output.gradient,
          gradientStrideOf(output),
          output.value,
          output.stride,
          matrixRows(output, batch),
          output.stride,
          activation,
        );
        passBack(workshop, input, output, batch);
      },
    },
  };
}

/** Inverted dropout; in evaluation it copies. */
export function compileDropout(
  workshop: Workshop,
  input: Node,
  rate: number,
  [key0, key1]: PhiloxKey,
): { layer: CompiledLayer; output: Node } {
  const { kernels } = workshop;
  const output = createLike(workshop, input);
  return {
    output,
    layer: {
      forward(batch, pass) {
        const rows = matrixRows(output, batch);
        if (!pass.isTraining) {
          const { stride } = output;
          kernels.copyColumns(output.value, stride, input.value, stride, rows, stride);
          return;
        }
        kernels.dropout(
          output.value,
          input.value,
          rows * output.stride,
          rate,
          key0,
          key1,
          pass.step,
          pass.epoch,
        );
      },
      backward(batch, pass) {
        if (input.gradient === 0) return;
        const count = matrixRows(output, batch) * gradientStrideOf(output);
        kernels.dropout(
          output.gradient,
          output.gradient,
          count,
          rate,
          key0,
          key1,
          pass.step,
          pass.epoch,
        );
        passBack(workshop, input, output, batch);
      },
    },
  };
}
