import type { Family } from '../family.ts';
import { type ActivationKind, activationKinds, type Layer } from '../network-spec.ts';
import { flagIn, numberIn, textIn } from '../read-parameter.ts';
import { signalInput } from './inputs.ts';
import {
  batchNormParameter,
  dropoutParameter,
  taperedWidths,
  taperParameter,
} from './tapered-widths.ts';

export const mlp: Family = {
  id: 'mlp',
  title: 'Multilayer perceptron',
  description: 'Fast and simple; a good first look, but blind to order in time.',
  accepts: ['signal', 'fixed-sequence'],
  parameters: [
    {
      name: 'depth',
      title: 'Hidden layers',
      help: 'Dense layers before the output; 0 is a linear classifier.',
      type: 'int',
      minimum: 0,
      maximum: 12,
      default: 2,
      scale: 'linear',
      search: { minimum: 1, maximum: 4 },
    },
    {
      name: 'width',
      title: 'Width',
      help: 'Units of the first hidden layer.',
      type: 'int',
      minimum: 1,
      maximum: 4096,
      default: 64,
      scale: 'log',
      search: { minimum: 16, maximum: 256 },
    },
    taperParameter('width of each hidden layer as a share of the one before'),
    {
      name: 'activation',
      title: 'Activation',
      help: 'Applied after every hidden layer.',
      type: 'categorical',
      values: activationKinds,
      default: 'relu',
      search: { values: ['relu', 'tanh', 'sigmoid'] },
    },
    dropoutParameter('after every hidden layer'),
    batchNormParameter('after every hidden layer'),
  ],
  build(configuration, shape) {
    const widths = taperedWidths(
      numberIn(configuration, 'depth'),
      numberIn(configuration, 'width'),
      numberIn(configuration, 'taper'),
    );
    const activation = textIn(configuration, 'activation') as ActivationKind;
    const batchNorm = flagIn(configuration, 'batchNorm');
    const dropout = numberIn(configuration, 'dropout');
    const layers: Layer[] = [{ kind: 'flatten' }];
    widths.forEach((units, index) => {
      layers.push({ kind: 'dense', name: `hidden.${index}`, units });
      if (batchNorm) layers.push({ kind: 'batchNorm', name: `norms.${index}` });
      layers.push({ kind: 'activation', activation });
      if (dropout > 0) layers.push({ kind: 'dropout', rate: dropout });
    });
    layers.push({ kind: 'dense', name: 'output', units: shape.classes });
    return { input: signalInput(shape), layers, classes: shape.classes };
  },
};
