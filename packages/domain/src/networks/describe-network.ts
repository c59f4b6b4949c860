import { inputError } from '../errors/index.ts';
import { type LayerCost, layerCost, layerTrainingFlops } from './layer-cost.ts';
import { type FeatureShape, shapeAfter, shapeOfInput, showShape, valuesIn } from './layer-shape.ts';
import { type LayerKind, layerNameOf, type NetworkSpec } from './network-spec.ts';

export interface LayerDescription extends LayerCost {
  name: string;
  kind: LayerKind;
  /** As text, for tables: `16 × 41`, `? × 32` where the number of steps varies. */
  outputShape: string;
  output: FeatureShape;
  /** Floating-point operations of the forward and backward pass of one observation. */
  trainingFlops: number;
}

/** Bytes of a 32-bit float. */
const FLOAT_BYTES = 4;

export interface NetworkDescription {
  layers: LayerDescription[];
  parameters: number;
  /** Floating-point operations of one forward pass of one observation. */
  flops: number;
  /** Floating-point operations of the forward and backward pass of one observation. */
  trainingFlops: number;
  /** Bytes of the parameters. */
  parameterBytes: number;
  /** Bytes of every layer's output together, for one observation. */
  activationBytes: number;
  /** How many steps `flops` counts where the network takes sequences of variable length. */
  stepsCounted: number | null;
}

/**
 * Shapes, parameters and FLOPs of every layer, by the rules of `layerCost` and
 * `layerTrainingFlops`.
 * Sequences of variable length are counted with `steps` steps (1 unless told).
 * Throws an `invalid-network` AppError that names field, value and fix where a layer
 * cannot be built.
 */
export function describeNetwork(
  spec: NetworkSpec,
  options: { steps?: number } = {},
): NetworkDescription {
  const variable = spec.input.kind === 'sequence' && spec.input.steps === null;
  const steps = options.steps ?? 1;
  const names = new Set<string>();
  let shape = shapeOfInput(spec.input);
  let isFirst = true;
  const layers = spec.layers.map((layer, index): LayerDescription => {
    const input = shape;
    const name = layerNameOf(layer, index);
    if (names.has(name)) {
      throw inputError('invalid-network', [
        {
          field: `layers.${index}.name`,
          message: 'another layer has this name already',
          value: name,
          fix: 'give every layer its own name',
        },
      ]);
    }
    names.add(name);
    shape = shapeAfter(layer, input, `layers.${index}`);
    const cost = layerCost(layer, input, shape, steps);
    const trainingFlops = layerTrainingFlops(layer, input, cost, { isFirst, steps });
    if (cost.parameters > 0) isFirst = false;
    return {
      name,
      kind: layer.kind,
      output: shape,
      outputShape: showShape(shape),
      trainingFlops,
      ...cost,
    };
  });
  requireLogits(spec);
  const sumOf = (countIn: (layer: LayerDescription) => number): number =>
    layers.reduce((sum, layer) => sum + countIn(layer), 0);
  const parameters = sumOf((layer) => layer.parameters);
  return {
    layers,
    parameters,
    flops: sumOf((layer) => layer.flops),
    trainingFlops: sumOf((layer) => layer.trainingFlops),
    parameterBytes: FLOAT_BYTES * parameters,
    activationBytes: FLOAT_BYTES * sumOf(({ output }) => valuesIn(output, steps)),
    stepsCounted: variable ? steps : null,
  };
}

function requireLogits(spec: NetworkSpec): void {
  const last = spec.layers.at(-1);
  if (last?.kind === 'dense' && last.units === spec.classes) return;
  const found = last?.kind === 'dense' ? `dense with ${last.units} units` : (last?.kind ?? 'none');
  throw inputError('invalid-network', [
    {
      field: `layers.${spec.layers.length - 1}`,
      message: 'the last layer must give one logit a class',
      value: found,
      fix: `end the network with a dense layer of ${spec.classes} units`,
    },
  ]);
}
