import type { DataKind, DataShape } from '../data-shape.ts';
import type { Family } from '../family.ts';
import type { ActivationKind, Layer, NetworkInput } from '../network-spec.ts';
import { sequenceInput, signalInput } from './inputs.ts';

function dense(name: string, units: number): Layer {
  return { kind: 'dense', name, units };
}

function activation(kind: ActivationKind): Layer {
  return { kind: 'activation', activation: kind };
}

function conv(index: number, filters: number, kernel: number): Layer[] {
  return [
    { kind: 'conv1d', name: `convs.${index}`, filters, kernel },
    activation('relu'),
    { kind: 'maxPool1d', size: 2 },
  ];
}

function perStep(index: number, units: number): Layer {
  return { kind: 'perStepDense', name: `fcs.${index}`, units };
}

function grus(widths: readonly number[]): Layer[] {
  return widths.map((hidden, index) => ({
    kind: 'gru',
    name: `grus.${index}`,
    hidden,
    bidirectional: false,
    returnSequence: index < widths.length - 1,
  }));
}

interface Preset {
  id: string;
  title: string;
  description: string;
  accepts: readonly DataKind[];
  input: (shape: DataShape) => NetworkInput;
  /** All layers but the last, and the name of the last. Names are those of the golden files. */
  layers: readonly Layer[];
  output: string;
}

const FIXED: readonly DataKind[] = ['signal', 'fixed-sequence'];
const ANY: readonly DataKind[] = ['signal', 'fixed-sequence', 'variable-sequence'];
const SEQUENCES: readonly DataKind[] = ['fixed-sequence', 'variable-sequence'];

const everySample = (shape: DataShape): NetworkInput => sequenceInput(shape, 1);

/** The whole observation as one step. */
function oneStep(shape: DataShape): NetworkInput {
  const features =
    shape.kind === 'signal' ? shape.channels * shape.length : shape.features * shape.maxSteps;
  return { kind: 'sequence', steps: 1, features };
}

const table: readonly Preset[] = [
  {
    id: 'mlp-baseline',
    title: 'MLP, baseline',
    description: 'The report’s smallest network: 16 sigmoid units; underfits raw signals.',
    accepts: FIXED,
    input: signalInput,
    layers: [{ kind: 'flatten' }, dense('0', 16), activation('sigmoid')],
    output: '2',
  },
  {
    id: 'mlp-deep',
    title: 'MLP, deep',
    description: 'The report’s improved MLP: 100, 50, 24 ReLU and 12 sigmoid units.',
    accepts: FIXED,
    input: signalInput,
    layers: [
      { kind: 'flatten' },
      dense('0', 100),
      activation('relu'),
      dense('2', 50),
      activation('relu'),
      dense('4', 24),
      activation('relu'),
      dense('6', 12),
      activation('sigmoid'),
    ],
    output: '8',
  },
  {
    id: 'cnn-baseline',
    title: 'CNN, baseline',
    description: 'The report’s CNN: two convolutions and a dense layer; overfits within epochs.',
    accepts: FIXED,
    input: signalInput,
    layers: [
      ...conv(0, 6, 5),
      ...conv(1, 16, 5),
      { kind: 'flatten' },
      dense('fc1', 128),
      activation('relu'),
    ],
    output: 'fc2',
  },
  {
    id: 'cnn-deep',
    title: 'CNN, deep',
    description: 'The report’s improved CNN: five narrow convolutions; needs 94 samples or more.',
    accepts: FIXED,
    input: signalInput,
    layers: [
      ...[3, 15, 20, 30, 100].flatMap((filters, index) => conv(index, filters, 3)),
      { kind: 'flatten' },
      dense('fc1', 128),
      activation('relu'),
    ],
    output: 'fc2',
  },
  {
    id: 'rnn-baseline',
    title: 'GRU, baseline',
    description: 'One GRU of 16 units that reads sample by sample.',
    accepts: ANY,
    input: everySample,
    layers: [{ kind: 'gru', name: 'gru', hidden: 16, bidirectional: false, returnSequence: false }],
    output: 'fc',
  },
  {
    id: 'rnn-report',
    title: 'GRU, as reported',
    description: 'A bidirectional GRU that takes the whole signal as one step.',
    accepts: FIXED,
    input: oneStep,
    layers: [{ kind: 'gru', name: 'gru', hidden: 16, bidirectional: true, returnSequence: false }],
    output: 'fc',
  },
  {
    id: 'rnn-deep',
    title: 'GRU, deep',
    description: 'Three narrowing GRUs of 32, 24 and 16 units.',
    accepts: ANY,
    input: everySample,
    layers: grus([32, 24, 16]),
    output: 'fc',
  },
  {
    id: 'variable-rnn-baseline',
    title: 'Variable-length GRU, baseline',
    description: 'A tanh layer on every step, then a GRU; for sequences of visits or events.',
    accepts: SEQUENCES,
    input: everySample,
    layers: [perStep(0, 32), activation('tanh'), ...grus([16])],
    output: 'fc',
  },
  {
    id: 'variable-rnn-deep',
    title: 'Variable-length GRU, deep',
    description: 'Two LeakyReLU layers with dropout on every step, then four narrowing GRUs.',
    accepts: SEQUENCES,
    input: everySample,
    layers: [
      perStep(0, 64),
      activation('leakyRelu'),
      { kind: 'dropout', rate: 0.2 },
      perStep(1, 32),
      activation('leakyRelu'),
      { kind: 'dropout', rate: 0.2 },
      ...grus([32, 24, 16, 16]),
    ],
    output: 'fc',
  },
];

/** The fixed networks of the report, as families without structural parameters. */
export const presets: readonly Family[] = table.map((preset) => ({
  id: preset.id,
  title: preset.title,
  description: preset.description,
  accepts: preset.accepts,
  parameters: [],
  build: (_configuration, shape) => ({
    input: preset.input(shape),
    layers: [...preset.layers, dense(preset.output, shape.classes)],
    classes: shape.classes,
  }),
}));
