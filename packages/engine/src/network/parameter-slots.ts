import {
  type FeatureShape,
  type Layer,
  layerNameOf,
  type NetworkSpec,
  shapeAfter,
  shapeOfInput,
  valuesIn,
} from '@starling/domain';
import { padded } from '@starling/kernels';

/**
 * One tensor of a network: PyTorch's name and shape, and where its values lie in the flat
 * buffer. Matrices lie transposed, [inputs, outputs], rows padded to a multiple of 4 (of each
 * gate, for a GRU), so that kernels read and write whole vectors. What pads is zero and stays
 * zero: its gradient is zero.
 */
export interface ParameterSlot {
  name: string;
  shape: readonly number[];
  /** First float in the flat buffer; a multiple of 4. */
  offset: number;
  /** Floats in the flat buffer, pads and all; a multiple of 4. */
  size: number;
  /** Floats between two inputs; 0 for values that lie in PyTorch's own order. */
  stride: number;
  /** Outputs that lie together, and the floats from one such group to the next. */
  group: number;
  groupStride: number;
  /** Values start uniform in ± this. */
  bound: number;
}

export interface LayerSlots {
  layer: string;
  slots: readonly ParameterSlot[];
}

export interface ParameterPlan {
  layers: readonly LayerSlots[];
  slots: readonly ParameterSlot[];
  /** Floats of the flat buffer. */
  size: number;
}

type Draft = Omit<ParameterSlot, 'offset'>;

function matrix(name: string, outputs: number, inputs: number, bound: number, groups = 1): Draft {
  const group = outputs / groups;
  const groupStride = padded(group);
  const stride = groups * groupStride;
  const shape = [outputs, inputs];
  return { name, shape, size: inputs * stride, stride, group, groupStride, bound };
}

function vector(name: string, outputs: number, bound: number, groups = 1): Draft {
  return { ...matrix(name, outputs, 1, bound, groups), shape: [outputs] };
}

function draftsOf(layer: Layer, name: string, input: FeatureShape): Draft[] {
  switch (layer.kind) {
    case 'dense':
    case 'perStepDense': {
      const inputs = input.kind === 'sequence' ? input.features : valuesIn(input);
      const bound = 1 / Math.sqrt(inputs);
      return [
        matrix(`${name}.weight`, layer.units, inputs, bound),
        vector(`${name}.bias`, layer.units, bound),
      ];
    }
    case 'conv1d': {
      const channels = input.kind === 'signal' ? input.channels : 1;
      const shape = [layer.filters, channels, layer.kernel];
      const bound = 1 / Math.sqrt(channels * layer.kernel);
      const size = padded(layer.filters * channels * layer.kernel);
      const plain = { stride: 0, group: 1, groupStride: 1, bound };
      return [
        { name: `${name}.weight`, shape, size, ...plain },
        { name: `${name}.bias`, shape: [layer.filters], size: padded(layer.filters), ...plain },
      ];
    }
    case 'gru': {
      const inputs = input.kind === 'sequence' ? input.features : 1;
      const rows = 3 * layer.hidden;
      const bound = 1 / Math.sqrt(layer.hidden);
      const suffixes = layer.bidirectional ? ['_l0', '_l0_reverse'] : ['_l0'];
      return suffixes.flatMap((suffix) => [
        matrix(`${name}.weight_ih${suffix}`, rows, inputs, bound, 3),
        matrix(`${name}.weight_hh${suffix}`, rows, layer.hidden, bound, 3),
        vector(`${name}.bias_ih${suffix}`, rows, bound, 3),
        vector(`${name}.bias_hh${suffix}`, rows, bound, 3),
      ]);
    }
    default:
      return [];
  }
}

/** Every tensor of a network, layer by layer, in PyTorch's order. */
export function planParameters(spec: NetworkSpec): ParameterPlan {
  let offset = 0;
  let shape = shapeOfInput(spec.input);
  const layers = spec.layers.map((layer, index): LayerSlots => {
    const name = layerNameOf(layer, index);
    const slots = draftsOf(layer, name, shape).map((draft): ParameterSlot => {
      const slot = { ...draft, offset };
      offset += draft.size;
      return slot;
    });
    shape = shapeAfter(layer, shape, `layers.${index}`);
    return { layer: name, slots };
  });
  return { layers, slots: layers.flatMap(({ slots }) => slots), size: offset };
}

/** Position in the flat buffer of a tensor's value, by its position in PyTorch's order. */
function positionOf(slot: ParameterSlot, index: number): number {
  if (slot.stride === 0) return slot.offset + index;
  const inputs = slot.shape[1] ?? 1;
  const output = Math.floor(index / inputs);
  const group = Math.floor(output / slot.group);
  return (
    slot.offset +
    (index % inputs) * slot.stride +
    group * slot.groupStride +
    (output - group * slot.group)
  );
}

function countOf(slot: ParameterSlot): number {
  return slot.shape.reduce((product, size) => product * size, 1);
}

/** The values of a tensor in PyTorch's order, out of a flat buffer. */
export function readSlot(slot: ParameterSlot, flat: Float32Array): Float32Array {
  const values = new Float32Array(countOf(slot));
  for (let index = 0; index < values.length; index++) {
    values[index] = flat[positionOf(slot, index)] ?? 0;
  }
  return values;
}

/** Puts values in PyTorch's order into a flat buffer; pads are not touched. */
export function writeSlot(slot: ParameterSlot, flat: Float32Array, values: Float32Array): void {
  for (let index = 0; index < values.length; index++) {
    flat[positionOf(slot, index)] = values[index] ?? 0;
  }
}

/** How many values a tensor has. */
export { countOf as valuesInSlot };
