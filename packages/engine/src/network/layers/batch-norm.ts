import { type Pointer, padded } from '@starling/kernels';
import { type CompiledLayer, rowsOf } from '../batch.ts';
import {
  createRows,
  createSignal,
  type Node,
  type RowsNode,
  type SignalNode,
  type Workshop,
} from '../nodes.ts';
import type { ParameterPlace } from './dense.ts';

/** Where the tensors of a batch norm lie; the running statistics have no gradient. */
export interface NormPlaces {
  weight: ParameterPlace;
  bias: ParameterPlace;
  mean: Pointer;
  variance: Pointer;
}

/** Batch norm over the columns of rows, or over the channels of a signal. */
export function compileBatchNorm(
  workshop: Workshop,
  input: Node,
  places: NormPlaces,
): { layer: CompiledLayer; output: Node } {
  return input.kind === 'rows'
    ? normaliseRows(workshop, input, places)
    : normaliseChannels(workshop, input, places);
}

function normaliseRows(
  workshop: Workshop,
  input: RowsNode,
  { weight, bias, mean, variance }: NormPlaces,
): { layer: CompiledLayer; output: RowsNode } {
  const { kernels } = workshop;
  const { stride } = input;
  const output = createRows(workshop, input.per, input.size);
  const moments = kernels.arena.allocate(2 * stride);
  return {
    output,
    layer: {
      forward(batch, { isTraining }) {
        kernels.normaliseColumns(
          output.value,
          input.value,
          stride,
          rowsOf(batch, input.per),
          stride,
          weight.value,
          bias.value,
          mean,
          variance,
          moments,
          isTraining ? 1 : 0,
        );
      },
      backward(batch) {
        kernels.normaliseColumnsBackward(
          input.gradient,
          output.gradient,
          input.value,
          stride,
          rowsOf(batch, input.per),
          stride,
          weight.value,
          weight.gradient,
          bias.gradient,
          moments,
        );
      },
    },
  };
}

function normaliseChannels(
  workshop: Workshop,
  input: SignalNode,
  { weight, bias, mean, variance }: NormPlaces,
): { layer: CompiledLayer; output: SignalNode } {
  const { kernels } = workshop;
  const { channels, length, stride } = input;
  const output = createSignal(workshop, channels, length);
  const moments = kernels.arena.allocate(2 * padded(channels));
  return {
    output,
    layer: {
      forward(batch, { isTraining }) {
        kernels.normaliseSignal(
          output.value,
          input.value,
          stride,
          batch.rows,
          channels,
          length,
          weight.value,
          bias.value,
          mean,
          variance,
          moments,
          isTraining ? 1 : 0,
        );
      },
      backward(batch) {
        kernels.normaliseSignalBackward(
          input.gradient,
          input.gradientStride,
          output.gradient,
          output.gradientStride,
          input.value,
          stride,
          batch.rows,
          channels,
          length,
          weight.value,
          weight.gradient,
          bias.gradient,
          moments,
        );
      },
    },
  };
}
