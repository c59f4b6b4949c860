import type { Family } from '../family.ts';
import type { Layer } from '../network-spec.ts';
import { flagIn, numberIn } from '../read-parameter.ts';
import { signalInput } from './inputs.ts';
import { batchNormParameter, dropoutParameter } from './tapered-widths.ts';

export const cnn: Family = {
  id: 'cnn',
  title: 'Convolutional network',
  description: 'Finds shapes in signals wherever they occur; strong on waves, prone to overfit.',
  accepts: ['signal', 'fixed-sequence'],
  parameters: [
    {
      name: 'blocks',
      title: 'Blocks',
      help: 'Each is a convolution, ReLU and a max pool.',
      type: 'int',
      minimum: 1,
      maximum: 8,
      default: 2,
      scale: 'linear',
      search: { minimum: 1, maximum: 4 },
    },
    {
      name: 'filters',
      title: 'Filters',
      help: 'Filters of the first block.',
      type: 'int',
      minimum: 1,
      maximum: 512,
      default: 8,
      scale: 'log',
      search: { minimum: 4, maximum: 32 },
    },
    {
      name: 'growth',
      title: 'Growth',
      help: 'Filters of each block as a multiple of the one before.',
      type: 'float',
      minimum: 0.5,
      maximum: 4,
      default: 2,
      scale: 'linear',
      search: { minimum: 1, maximum: 2.5 },
    },
    {
      name: 'kernel',
      title: 'Kernel',
      help: 'Samples that a filter sees at once.',
      type: 'int',
      minimum: 1,
      maximum: 64,
      default: 5,
      scale: 'linear',
      search: { minimum: 3, maximum: 9 },
    },
    {
      name: 'pool',
      title: 'Pool',
      help: 'Each block keeps one sample in this many; 1 pools nothing.',
      type: 'int',
      minimum: 1,
      maximum: 16,
      default: 2,
      scale: 'linear',
      search: { minimum: 2, maximum: 3 },
    },
    {
      name: 'denseUnits',
      title: 'Dense units',
      help: 'Units of the dense layer after the blocks; 0 leaves it out.',
      type: 'int',
      minimum: 0,
      maximum: 4096,
      default: 64,
      scale: 'linear',
      search: { minimum: 16, maximum: 128 },
    },
    dropoutParameter('before the dense layers'),
    batchNormParameter('after every convolution'),
  ],
  build(configuration, shape) {
    const blocks = numberIn(configuration, 'blocks');
    const kernel = numberIn(configuration, 'kernel');
    const pool = numberIn(configuration, 'pool');
    const denseUnits = numberIn(configuration, 'denseUnits');
    const batchNorm = flagIn(configuration, 'batchNorm');
    const dropout = numberIn(configuration, 'dropout');
    const layers: Layer[] = [];
    for (let block = 0; block < blocks; block++) {
      const filters = Math.max(
        1,
        Math.round(numberIn(configuration, 'filters') * numberIn(configuration, 'growth') ** block),
      );
      layers.push({ kind: 'conv1d', name: `convs.${block}`, filters, kernel });
      if (batchNorm) layers.push({ kind: 'batchNorm', name: `norms.${block}` });
      layers.push({ kind: 'activation', activation: 'relu' });
      if (pool > 1) layers.push({ kind: 'maxPool1d', size: pool });
    }
    layers.push({ kind: 'flatten' });
    if (dropout > 0) layers.push({ kind: 'dropout', rate: dropout });
    if (denseUnits > 0) {
      layers.push({ kind: 'dense', name: 'hidden', units: denseUnits });
      layers.push({ kind: 'activation', activation: 'relu' });
      if (dropout > 0) layers.push({ kind: 'dropout', rate: dropout });
    }
    layers.push({ kind: 'dense', name: 'output', units: shape.classes });
    return { input: signalInput(shape), layers, classes: shape.classes };
  },
};
