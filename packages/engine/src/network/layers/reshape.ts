import type { CompiledLayer } from '../batch.ts';
import { createRows, type Node, type RowsNode, type SignalNode, type Workshop } from '../nodes.ts';

const IDENTITY: CompiledLayer = { forward() {}, backward() {} };

/** A signal, or a sequence of fixed length, as one row an observation. */
export function compileFlatten(
  workshop: Workshop,
  input: Node,
  steps: number,
): { layer: CompiledLayer; output: RowsNode } {
  if (input.kind === 'signal') return flattenSignal(workshop, input);
  if (input.per === 'observation') return { layer: IDENTITY, output: input };
  return flattenSteps(workshop, input, steps);
}

function flattenSignal(
  workshop: Workshop,
  input: SignalNode,
): { layer: CompiledLayer; output: RowsNode } {
  const { kernels } = workshop;
  const { channels, length, stride, gradientStride } = input;
  const output = createRows(workshop, 'observation', channels * length, input.gradient !== 0);
  return {
    output,
    layer: {
      forward(batch) {
        for (let channel = 0; channel < channels; channel++) {
          kernels.copyColumns(
            output.value + channel * length * 4,
            output.stride,
            input.value + channel * stride * 4,
            channels * stride,
            batch.rows,
            length,
          );
        }
      },
      backward(batch) {
        if (input.gradient === 0) return;
        for (let channel = 0; channel < channels; channel++) {
          kernels.copyColumns(
            input.gradient + channel * gradientStride * 4,
            channels * gradientStride,
            output.gradient + channel * length * 4,
            output.stride,
            batch.rows,
            length,
          );
        }
      },
    },
  };
}

function flattenSteps(
  workshop: Workshop,
  input: RowsNode,
  steps: number,
): { layer: CompiledLayer; output: RowsNode } {
  const { kernels } = workshop;
  const { size, stride } = input;
  const output = createRows(workshop, 'observation', steps * size, input.gradient !== 0);
  return {
    output,
    layer: {
      forward(batch) {
        for (let step = 0; step < steps; step++) {
          const from = input.value + step * batch.rows * stride * 4;
          const to = output.value + step * size * 4;
          kernels.copyColumns(to, output.stride, from, stride, batch.rows, size);
        }
      },
      backward(batch) {
        if (input.gradient === 0) return;
        for (let step = 0; step < steps; step++) {
          const to = input.gradient + step * batch.rows * stride * 4;
          const from = output.gradient + step * size * 4;
          kernels.copyColumns(to, stride, from, output.stride, batch.rows, size);
        }
      },
    },
  };
}

/** The last valid step of every sequence. */
export function compileLastState(
  workshop: Workshop,
  input: RowsNode,
): { layer: CompiledLayer; output: RowsNode } {
  const { kernels } = workshop;
  const { stride } = input;
  const output = createRows(workshop, 'observation', input.size, input.gradient !== 0);
  return {
    output,
    layer: {
      forward(batch) {
        kernels.gatherRows(output.value, input.value, stride, batch.lastRows, batch.rows);
      },
      backward(batch) {
        if (input.gradient === 0) return;
        kernels.clear(input.gradient, batch.packedRows * stride);
        kernels.scatterGathered(
          input.gradient,
          output.gradient,
          stride,
          batch.lastRows,
          batch.rows,
        );
      },
    },
  };
}
