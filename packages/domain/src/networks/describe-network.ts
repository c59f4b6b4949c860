import { inputError } from '../errors/index.ts';
import { type LayerCost, layerCost } from './layer-cost.ts';
import { type FeatureShape, shapeAfter, shapeOfInput, showShape } from './layer-shape.ts';
import { type LayerKind, layerNameOf, type NetworkSpec } from './network-spec.ts';

export interface LayerDescription extends LayerCost {
  name: string;
  kind: LayerKind;
  /** As text, for tables: `16 × 41`, `? × 32` where the number of steps varies. */
  outputShape: string;
  output: FeatureShape;
}

export interface NetworkDescription {
  layers: LayerDescription[];
  parameters: number;
  /** Floating-point operations of one forward pass of one observation. */
  flops: number;
  /** How many steps `flops` counts where the network takes sequences of variable length. */
  stepsCounted: number | null;
}

/**
 * Shapes, parameters and forward FLOPs of every layer, by the rules of `layerCost`.
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
    return {
      name,
      kind: layer.kind,
      output: shape,
      outputShape: showShape(shape),
      ...layerCost(layer, input, shape, steps),
    };
  });
  requireLogits(spec);
  return {
    layers,
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    flops: layers.reduce((sum, layer) => sum + layer.flops, 0),
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
