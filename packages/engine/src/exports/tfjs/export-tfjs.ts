import { type Layer, LEAKY_SLOPE, layerNameOf, shapeAfter, shapeOfInput } from '@starling/domain';
import { exportMetadata } from '../export-metadata.ts';
import { type ExportSource, isVariable, readNamedWeights, transposed } from '../export-source.ts';
import type { ExportedFile } from '../exported-file.ts';
import { addInput } from './add-input.ts';
import { addLstm } from './add-lstm.ts';
import { attentionPool, lastStep, meanPool } from './add-pool.ts';
import { addGru } from './gru-as-lstm.ts';
import type { LayersFlow, Masks } from './layers-flow.ts';
import { createLayersModel, type LayersModel } from './layers-model.ts';

/** PyTorch's and the engine's. */
const NORM_EPSILON = 1e-5;

/** A convolution's weight [filters, channels, kernel] as Keras has it: [kernel, channels, filters]. */
function convKernel(
  values: Float32Array,
  filters: number,
  channels: number,
  kernel: number,
): Float32Array {
  const result = new Float32Array(values.length);
  let from = 0;
  for (let filter = 0; filter < filters; filter++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let tap = 0; tap < kernel; tap++) {
        result[(tap * channels + channel) * filters + filter] = values[from++] as number;
      }
    }
  }
  return result;
}

function addLayer(flow: LayersFlow, layer: Layer, name: string): string {
  const { model, weights, value, shape } = flow;
  const tensor = (part: string): Float32Array => weights(`${name}.${part}`);
  switch (layer.kind) {
    case 'dense':
    case 'perStepDense': {
      const { units } = layer;
      const inputs = tensor('weight').length / units;
      return model.layer('Dense', name, value, { units, activation: 'linear', use_bias: true }, [
        {
          name: 'kernel',
          sides: [inputs, units],
          values: transposed(tensor('weight'), units, inputs),
        },
        { name: 'bias', sides: [units], values: tensor('bias') },
      ]);
    }
    case 'conv1d': {
      const { filters, kernel } = layer;
      const channels = shape.kind === 'signal' ? shape.channels : 0;
      const config = {
        ...{ filters, kernel_size: [kernel], strides: [1], padding: 'valid', dilation_rate: [1] },
        ...{ activation: 'linear', use_bias: true },
      };
      return model.layer('Conv1D', name, value, config, [
        {
          name: 'kernel',
          sides: [kernel, channels, filters],
          values: convKernel(tensor('weight'), filters, channels, kernel),
        },
        { name: 'bias', sides: [filters], values: tensor('bias') },
      ]);
    }
    case 'maxPool1d':
      return model.layer('MaxPooling1D', name, value, {
        ...{ pool_size: [layer.size], strides: [layer.size], padding: 'valid' },
      });
    case 'gru':
      return addGru(flow, layer, name);
    case 'lstm':
      return addLstm(flow, layer, name);
    case 'batchNorm': {
      const sides = [tensor('weight').length];
      const config = {
        ...{ axis: -1, epsilon: NORM_EPSILON, momentum: 0.9, center: true, scale: true },
      };
      return model.layer('BatchNormalization', name, value, config, [
        { name: 'gamma', sides, values: tensor('weight') },
        { name: 'beta', sides, values: tensor('bias') },
        { name: 'moving_mean', sides, values: tensor('running_mean') },
        { name: 'moving_variance', sides, values: tensor('running_var') },
      ]);
    }
    case 'dropout':
      return model.layer('Dropout', name, value, { rate: layer.rate });
    case 'activation':
      return layer.activation === 'leakyRelu'
        ? model.layer('LeakyReLU', name, value, { alpha: LEAKY_SLOPE })
        : model.layer('Activation', name, value, { activation: layer.activation });
    case 'flatten': {
      if (shape.kind === 'vector') return value;
      // The engine flattens channel by channel.
      const isTurned = shape.kind === 'signal' && shape.channels > 1;
      const turned = isTurned ? model.layer('Permute', 'permute', value, { dims: [2, 1] }) : value;
      return model.layer('Flatten', name, turned);
    }
    case 'lastState':
      return lastStep(flow);
    case 'meanPool':
      return meanPool(flow);
    case 'attentionPool':
      return attentionPool(flow, layer.units, name);
  }
}

/** The second input of models for sequences of different lengths, and its opposite. */
function addMasks(model: LayersModel): Masks {
  const valid = model.input('mask', [null, 1]);
  const config = { units: 1, activation: 'linear', use_bias: true };
  let padding: string | undefined;
  return {
    valid,
    get padding() {
      padding ??= model.layer('Dense', 'padding', valid, config, [
        { name: 'kernel', sides: [1, 1], values: Float32Array.of(-1) },
        { name: 'bias', sides: [1], values: Float32Array.of(1) },
      ]);
      return padding;
    },
  };
}

/**
 * The network as a LayersModel of stock layers: model.json and its shards, for
 * `tf.loadLayersModel`. Inputs: `input`, raw rows as the endpoint takes them, [n, …], and, for
 * sequences of different lengths, padded with zeros at their end, `mask` [n, steps, 1] with 1
 * for every valid step. The output is the logits, [n, classes]; class names are in
 * `userDefinedMetadata`, as JSON under `classes`. Throws `invalid-input` where the weights are
 * not those of the network.
 */
export function exportTfjs(source: ExportSource): ExportedFile[] {
  const { network } = source;
  const model = createLayersModel();
  const weights = readNamedWeights(source);
  let flow: LayersFlow = {
    model,
    weights,
    value: addInput(model, source),
    shape: shapeOfInput(network.input),
    masks: isVariable(network.input) ? addMasks(model) : undefined,
  };
  network.layers.forEach((layer, index) => {
    const value = addLayer(flow, layer, layerNameOf(layer, index));
    flow = { ...flow, value, shape: shapeAfter(layer, flow.shape, `layers.${index}`) };
  });
  return model.encode({ name: source.name, output: flow.value, metadata: exportMetadata(source) });
}
