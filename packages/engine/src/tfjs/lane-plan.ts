import {
  type Configuration,
  type FeatureShape,
  flagIn,
  type Layer,
  layerNameOf,
  type NetworkSpec,
  numberIn,
  resolveConfiguration,
  shapeAfter,
  shapeOfInput,
  textIn,
} from '@starling/domain';
import {
  type ParameterPlan,
  type ParameterSlot,
  planParameters,
  positionInSlot,
  valuesInSlot,
} from '../network/parameter-slots.ts';

/** A layer of a pack: that of every lane but for its name. Dropouts are between them. */
export interface LaneLayerPlan {
  layer: Layer;
  input: FeatureShape;
  /** Positions of its tensors among all slots. */
  slots: number[];
}

/** A tensor of the network, stacked over the lanes. */
export interface LaneSlot {
  /** Without the lanes. */
  shape: number[];
  /** Values of a lane. */
  size: number;
  isLearned: boolean;
}

/** A dropout of one lane, in front of the layer at `position` of the pack's. */
export interface LaneDropout {
  position: number;
  layer: string;
  rate: number;
}

/**
 * How a network lies on a tfjs backend: a lane is a row of every part, in which it lies slot by
 * slot, matrices as [inputs, outputs].
 */
export interface LanePlan {
  layers: LaneLayerPlan[];
  slots: LaneSlot[];
  parts: LanePart[];
  /** Observations lie in the input as one row each. */
  isInputFlat: boolean;
}

/** Slots whose values lie side by side in the rows of one tensor, [lanes, size]. */
export interface LanePart {
  /** Positions among all slots: learned ones, or statistics. */
  slots: number[];
  isLearned: boolean;
  /** One tensor of many values. */
  isLarge: boolean;
  size: number;
  /** The place in the kernels' flat buffer of every value of a row. */
  places: Uint32Array;
}

/** PyTorch's gates by our columns: LSTMs lie with their sigmoids side by side: i, f, o, g. */
export const gateOrder = { gru: [0, 1, 2], lstm: [0, 1, 3, 2] } as const;

/**
 * What trials must share to train in one pack: layers (but for names and dropouts, which each lane
 * has its own of), kind of optimizer, batch size and inputs. Rates, decays, momenta, schedules,
 * clipping, smoothing, class weights, patience, epochs and seeds may differ.
 */
export function fusedSignature(
  network: NetworkSpec,
  configuration: Parameters<typeof resolveConfiguration>[0],
): string {
  const resolved: Configuration = resolveConfiguration(configuration);
  const layers = network.layers
    .filter(({ kind }) => kind !== 'dropout')
    .map(({ name: _name, ...layer }) => layer);
  return JSON.stringify([
    network.input,
    network.layers[0]?.kind === 'flatten',
    layers,
    network.classes,
    textIn(resolved, 'optimizer'),
    numberIn(resolved, 'batchSize'),
    flagIn(resolved, 'standardise'),
  ]);
}

/** The dropouts of a lane's own network. */
export function dropoutsOf(spec: NetworkSpec): LaneDropout[] {
  const dropouts: LaneDropout[] = [];
  let position = 0;
  spec.layers.forEach((layer, index) => {
    if (layer.kind === 'dropout') {
      dropouts.push({ position, layer: layerNameOf(layer, index), rate: layer.rate });
    } else position++;
  });
  return dropouts;
}

/** PyTorch's position of a value of the stacked tensor. */
type Order = (index: number) => number;

function transposed(outputs: number, inputs: number, gates: readonly number[] = [0]): Order {
  const perGate = outputs / gates.length;
  return (index) => {
    const output = index % outputs;
    const gate = gates[Math.floor(output / perGate)] as number;
    return (gate * perGate + (output % perGate)) * inputs + Math.floor(index / outputs);
  };
}

function layOut(layer: Layer, { shape }: ParameterSlot): { shape: number[]; order: Order } {
  const [outputs = 1, inputs = 1, taps = 1] = shape;
  switch (layer.kind) {
    case 'conv1d':
      if (shape.length === 1) return { shape: [1, outputs], order: (index) => index };
      return {
        shape: [taps * inputs, outputs],
        order(index) {
          const row = Math.floor(index / outputs);
          const tap = Math.floor(row / inputs);
          return ((index % outputs) * inputs + (row % inputs)) * taps + tap;
        },
      };
    case 'gru':
    case 'lstm':
      return {
        shape: [inputs, outputs],
        order: transposed(outputs, inputs, gateOrder[layer.kind]),
      };
    default:
      return { shape: [inputs, outputs], order: transposed(outputs, inputs) };
  }
}

/**
 * Lays out the network of a pack; any lane's spec and plan will do, they differ by names. Slots of
 * more than `mostJoined` values have a part of their own, which is not cut out and joined at every
 * step; the others share one, so that an op of the optimizer is called once for all.
 */
export function planLanes(
  spec: NetworkSpec,
  kernelsPlan: ParameterPlan = planParameters(spec),
  mostJoined = Number.POSITIVE_INFINITY,
): LanePlan {
  const layers: LaneLayerPlan[] = [];
  const slots: LaneSlot[] = [];
  const places: number[][] = [];
  let input = shapeOfInput(spec.input);
  spec.layers.forEach((layer, index) => {
    const output = shapeAfter(layer, input, `layers.${index}`);
    const own = kernelsPlan.layers[index]?.slots ?? [];
    if (layer.kind !== 'dropout') {
      layers.push({ layer, input, slots: own.map((_, offset) => slots.length + offset) });
    }
    for (const slot of own) {
      const { shape, order } = layOut(layer, slot);
      const size = valuesInSlot(slot);
      places.push(Array.from({ length: size }, (_, value) => positionInSlot(slot, order(value))));
      slots.push({ shape, size, isLearned: slot.isLearned });
    }
    input = output;
  });
  return {
    layers,
    slots,
    parts: partsOf(slots, mostJoined).map((part) => ({
      ...part,
      size: part.slots.reduce((sum, slot) => sum + (slots[slot]?.size ?? 0), 0),
      places: Uint32Array.from(part.slots.flatMap((slot) => places[slot] ?? [])),
    })),
    isInputFlat: spec.layers[0]?.kind === 'flatten',
  };
}

function partsOf(
  slots: readonly LaneSlot[],
  mostJoined: number,
): Pick<LanePart, 'slots' | 'isLearned' | 'isLarge'>[] {
  const where = (isWanted: (slot: LaneSlot) => boolean): number[] =>
    slots.flatMap((slot, position) => (isWanted(slot) ? [position] : []));
  const large = where(({ isLearned, size }) => isLearned && size > mostJoined);
  const small = where(({ isLearned, size }) => isLearned && size <= mostJoined);
  const statistics = where(({ isLearned }) => !isLearned);
  return [
    ...large.map((slot) => ({ slots: [slot], isLearned: true, isLarge: true })),
    { slots: small, isLearned: true, isLarge: false },
    { slots: statistics, isLearned: false, isLarge: false },
  ].filter((part) => part.slots.length > 0);
}
