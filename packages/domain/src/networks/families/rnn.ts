import type { Family } from '../family.ts';
import type { Layer } from '../network-spec.ts';
import { flagIn, numberIn, textIn } from '../read-parameter.ts';
import { sequenceInput } from './inputs.ts';
import { dropoutParameter, taperedWidths, taperParameter } from './tapered-widths.ts';

const poolingKinds = ['last', 'mean', 'attention'] as const;

export const rnn: Family = {
  id: 'rnn',
  title: 'Recurrent network',
  description: 'GRUs or LSTMs read step by step; the choice for sequences of different lengths.',
  accepts: ['signal', 'fixed-sequence', 'variable-sequence'],
  parameters: [
    {
      name: 'layers',
      title: 'Layers',
      help: 'Recurrent layers on top of each other.',
      type: 'int',
      minimum: 1,
      maximum: 6,
      default: 1,
      scale: 'linear',
      search: { minimum: 1, maximum: 3 },
    },
    {
      name: 'hidden',
      title: 'Hidden units',
      help: 'State size of the first layer, of each direction.',
      type: 'int',
      minimum: 1,
      maximum: 1024,
      default: 16,
      scale: 'log',
      search: { minimum: 8, maximum: 64 },
    },
    taperParameter('state size of each layer as a share of the one before'),
    {
      name: 'bidirectional',
      title: 'Bidirectional',
      help: 'Read forwards and backwards; twice the work.',
      type: 'boolean',
      default: false,
      search: { values: [true, false] },
    },
    dropoutParameter('after each recurrent layer, after the pooling for the last'),
    {
      name: 'perStepUnits',
      title: 'Per-step units',
      help: 'A dense tanh layer on every step before the first; 0 leaves it out.',
      type: 'int',
      minimum: 0,
      maximum: 1024,
      default: 0,
      scale: 'linear',
      search: { minimum: 0, maximum: 64 },
    },
    {
      name: 'chunk',
      title: 'Chunk',
      help: 'Samples of a signal that make one step, the last one filled with zeros; sequences keep their own steps.',
      type: 'int',
      minimum: 1,
      maximum: 4096,
      default: 1,
      scale: 'log',
      search: { minimum: 1, maximum: 16 },
    },
    {
      name: 'cell',
      title: 'Cell',
      help: 'GRU is smaller and faster; LSTM keeps a memory of its own beside the state.',
      type: 'categorical',
      values: ['gru', 'lstm'],
      default: 'gru',
      search: { values: ['gru', 'lstm'] },
    },
    {
      name: 'pooling',
      title: 'Pooling',
      help: 'What the output sees: the last state, the mean of all states, or a learned share of each.',
      type: 'categorical',
      values: poolingKinds,
      default: 'last',
      search: { values: poolingKinds },
    },
    {
      name: 'attentionUnits',
      title: 'Attention units',
      help: 'Units of the tanh layer that scores the states.',
      type: 'int',
      minimum: 1,
      maximum: 1024,
      default: 16,
      scale: 'log',
      search: { minimum: 8, maximum: 64 },
      when: { parameter: 'pooling', values: ['attention'] },
    },
  ],
  build(configuration, shape) {
    const widths = taperedWidths(
      numberIn(configuration, 'layers'),
      numberIn(configuration, 'hidden'),
      numberIn(configuration, 'taper'),
    );
    const bidirectional = flagIn(configuration, 'bidirectional');
    const dropout = numberIn(configuration, 'dropout');
    const perStepUnits = numberIn(configuration, 'perStepUnits');
    const cell = textIn(configuration, 'cell') === 'lstm' ? 'lstm' : 'gru';
    const pooling = textIn(configuration, 'pooling');
    const layers: Layer[] = [];
    if (perStepUnits > 0) {
      layers.push({ kind: 'perStepDense', name: 'fcs.0', units: perStepUnits });
      layers.push({ kind: 'activation', activation: 'tanh' });
    }
    widths.forEach((hidden, index) => {
      const isLast = index === widths.length - 1;
      const returnSequence = !isLast || pooling !== 'last';
      layers.push({ kind: cell, name: `${cell}s.${index}`, hidden, bidirectional, returnSequence });
      if (isLast && pooling === 'mean') layers.push({ kind: 'meanPool' });
      if (isLast && pooling === 'attention') {
        const units = numberIn(configuration, 'attentionUnits');
        layers.push({ kind: 'attentionPool', name: 'attention', units });
      }
      if (dropout > 0) layers.push({ kind: 'dropout', rate: dropout });
    });
    layers.push({ kind: 'dense', name: 'output', units: shape.classes });
    const input = sequenceInput(shape, numberIn(configuration, 'chunk'));
    return { input, layers, classes: shape.classes };
  },
};
