import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors/index.ts';
import type { ParameterValue } from '../sweeps/space-spec.ts';
import { buildNetwork } from './build-network.ts';
import type { DataShape } from './data-shape.ts';
import { describeNetwork } from './describe-network.ts';
import { families, familyOf, parametersOf } from './families/index.ts';
import type { Layer } from './network-spec.ts';
import { checkParameter, resolveConfiguration } from './resolve-configuration.ts';

const signal: DataShape = { kind: 'signal', channels: 1, length: 178, classes: 5 };
const digits: DataShape = {
  kind: 'sequence',
  features: 28,
  maxSteps: 28,
  classes: 10,
  variable: false,
};
const visits: DataShape = { kind: 'sequence', features: 40, maxSteps: 13, classes: 2 };

/** A layer in a word; `*` where it gives all steps. */
function showLayer(layer: Layer): string {
  switch (layer.kind) {
    case 'dense':
      return String(layer.units);
    case 'activation':
      return layer.activation;
    case 'dropout':
      return `drop${layer.rate}`;
    case 'conv1d':
      return `conv${layer.filters}k${layer.kernel}`;
    case 'maxPool1d':
      return `max${layer.size}`;
    case 'perStepDense':
      return `step${layer.units}`;
    case 'attentionPool':
      return `attend${layer.units}`;
    case 'gru':
    case 'lstm': {
      const size = `${layer.bidirectional ? '2x' : ''}${layer.hidden}`;
      return `${layer.kind}${size}${layer.returnSequence ? '*' : ''}`;
    }
    default:
      return layer.kind;
  }
}

function problemsOf(act: () => unknown): AppError['problems'] {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.problems;
    throw error;
  }
  return [];
}

describe('families', () => {
  it('have sound parameters: defaults and search ranges inside the bounds', () => {
    for (const family of families) {
      for (const parameter of parametersOf(family)) {
        const name = `${family.id}.${parameter.name}`;
        const { search } = parameter;
        const values: unknown[] =
          'values' in search ? [...search.values] : [search.minimum, search.maximum];
        if (parameter.default !== undefined) values.push(parameter.default);
        for (const value of values) expect(checkParameter(parameter, value), name).toBeUndefined();
        if (parameter.type === 'int' || parameter.type === 'float') {
          expect(parameter.search.minimum, name).toBeLessThan(parameter.search.maximum);
          if (parameter.scale === 'log') expect(parameter.search.minimum, name).toBeGreaterThan(0);
        }
      }
    }
  });

  it('build with their defaults for every kind of data that they accept', () => {
    for (const family of families) {
      for (const [kind, shape] of [
        ['signal', signal],
        ['fixed-sequence', digits],
        ['variable-sequence', visits],
      ] as const) {
        if (!family.accepts.includes(kind) || (family.id === 'cnn-deep' && shape !== signal))
          continue;
        expect(
          describeNetwork(buildNetwork({ family: family.id }, shape)).parameters,
        ).toBeGreaterThan(0);
      }
    }
  });

  it('make of the structure what its parameters say', () => {
    const mlp = buildNetwork({ family: 'mlp', depth: 3, width: 40, taper: 0.5 }, signal);
    expect(mlp.layers.flatMap((layer) => (layer.kind === 'dense' ? [layer.units] : []))).toEqual([
      40, 20, 10, 5,
    ]);
    const cnn = buildNetwork(
      { family: 'cnn', blocks: 3, filters: 4, growth: 1.5, pool: 1, denseUnits: 0 },
      signal,
    );
    expect(cnn.layers.map((layer) => ('filters' in layer ? layer.filters : layer.kind))).toEqual([
      ...[4, 'activation', 6, 'activation', 9, 'activation'],
      ...['flatten', 'dense'],
    ]);
    const normed = buildNetwork({ family: 'mlp', depth: 1, batchNorm: true }, signal);
    expect(normed.layers.map(({ kind }) => kind)).toEqual([
      ...['flatten', 'dense', 'batchNorm', 'activation', 'dense'],
    ]);
    const lstm = buildNetwork({ family: 'rnn', layers: 2, cell: 'lstm' }, signal);
    expect(lstm.layers.map(({ kind }) => kind)).toEqual(['lstm', 'lstm', 'dense']);
    for (const [pooling, pool, returnSequence] of [
      ['last', undefined, false],
      ['mean', { kind: 'meanPool' }, true],
      ['attention', { kind: 'attentionPool', name: 'attention', units: 7 }, true],
    ] as const) {
      const values = { layers: 2, hidden: 6, taper: 0.5, dropout: 0.1, pooling, attentionUnits: 7 };
      const pooled = buildNetwork({ family: 'rnn', ...values }, visits);
      const gru = { kind: 'gru', bidirectional: false };
      expect(pooled.layers).toEqual([
        { ...gru, name: 'grus.0', hidden: 6, returnSequence: true },
        { kind: 'dropout', rate: 0.1 },
        { ...gru, name: 'grus.1', hidden: 3, returnSequence },
        ...(pool === undefined ? [] : [pool]),
        { kind: 'dropout', rate: 0.1 },
        { kind: 'dense', name: 'output', units: 2 },
      ]);
    }
    const rnn = buildNetwork(
      { family: 'rnn', layers: 2, hidden: 20, bidirectional: true, chunk: 8, perStepUnits: 12 },
      signal,
    );
    expect(rnn.input).toEqual({ kind: 'sequence', steps: 23, features: 8 });
    expect(describeNetwork(rnn).layers.at(-2)?.outputShape).toBe('40');
  });

  // Each by itself against the defaults beside it: what it changes is read off the layers.
  it.each<[string, Record<string, ParameterValue>, string]>([
    ['mlp', { depth: 3 }, 'flatten 64 relu 64 relu 64 relu 5'],
    ['mlp', { depth: 0 }, 'flatten 5'],
    ['mlp', { width: 20 }, 'flatten 20 relu 20 relu 5'],
    ['mlp', { taper: 0.25 }, 'flatten 64 relu 16 relu 5'],
    ['mlp', { activation: 'leakyRelu' }, 'flatten 64 leakyRelu 64 leakyRelu 5'],
    ['mlp', { dropout: 0.2 }, 'flatten 64 relu drop0.2 64 relu drop0.2 5'],
    ['mlp', { batchNorm: true }, 'flatten 64 batchNorm relu 64 batchNorm relu 5'],
    ['cnn', { blocks: 1 }, 'conv8k5 relu max2 flatten 64 relu 5'],
    ['cnn', { filters: 3 }, 'conv3k5 relu max2 conv6k5 relu max2 flatten 64 relu 5'],
    ['cnn', { growth: 1.2 }, 'conv8k5 relu max2 conv10k5 relu max2 flatten 64 relu 5'],
    ['cnn', { kernel: 7 }, 'conv8k7 relu max2 conv16k7 relu max2 flatten 64 relu 5'],
    ['cnn', { pool: 3 }, 'conv8k5 relu max3 conv16k5 relu max3 flatten 64 relu 5'],
    ['cnn', { pool: 1 }, 'conv8k5 relu conv16k5 relu flatten 64 relu 5'],
    ['cnn', { denseUnits: 9 }, 'conv8k5 relu max2 conv16k5 relu max2 flatten 9 relu 5'],
    ['cnn', { denseUnits: 0 }, 'conv8k5 relu max2 conv16k5 relu max2 flatten 5'],
    ['cnn', { blocks: 1, dropout: 0.5 }, 'conv8k5 relu max2 flatten drop0.5 64 relu drop0.5 5'],
    ['cnn', { blocks: 1, batchNorm: true }, 'conv8k5 batchNorm relu max2 flatten 64 relu 5'],
    ['rnn', { layers: 2 }, 'gru16* gru16 5'],
    ['rnn', { hidden: 9 }, 'gru9 5'],
    ['rnn', { layers: 3, taper: 0.5 }, 'gru16* gru8* gru4 5'],
    ['rnn', { bidirectional: true }, 'gru2x16 5'],
    ['rnn', { dropout: 0.1, layers: 2 }, 'gru16* drop0.1 gru16 drop0.1 5'],
    ['rnn', { perStepUnits: 7 }, 'step7 tanh gru16 5'],
    ['rnn', { cell: 'lstm' }, 'lstm16 5'],
    ['rnn', { pooling: 'mean' }, 'gru16* meanPool 5'],
    ['rnn', { pooling: 'attention' }, 'gru16* attend16 5'],
    ['rnn', { pooling: 'attention', attentionUnits: 3 }, 'gru16* attend3 5'],
  ])('%s with %o is %s', (family, values, layers) => {
    const { layers: built } = buildNetwork({ family, ...values }, signal);
    expect(built.map(showLayer).join(' ')).toBe(layers);
  });

  it('have no parameter without a say in the network', () => {
    for (const family of families) {
      for (const parameter of family.parameters) {
        const { when } = parameter;
        const base = {
          family: family.id,
          ...(when === undefined ? {} : { [when.parameter]: when.values[0] ?? '' }),
          ...(parameter.name === 'taper' && family.id === 'rnn' ? { layers: 2 } : {}),
        };
        const values: readonly ParameterValue[] =
          'values' in parameter.search
            ? parameter.search.values
            : [parameter.search.minimum, parameter.search.maximum];
        const specs = values.map((value) =>
          buildNetwork({ ...base, [parameter.name]: value }, signal),
        );
        const distinct = new Set(specs.map((spec) => JSON.stringify(spec)));
        expect(distinct.size, `${family.id}.${parameter.name}`).toBe(values.length);
      }
    }
  });

  it('take several channels: as channels of a CNN, as features of an RNN’s steps', () => {
    const leads: DataShape = { kind: 'signal', channels: 3, length: 50, classes: 4 };
    const cnn = buildNetwork({ family: 'cnn', blocks: 1 }, leads);
    expect(cnn.input).toEqual({ kind: 'signal', channels: 3, length: 50 });
    // torch.nn.Conv1d(3, 8, 5) has 128 parameters.
    expect(describeNetwork(cnn).layers[0]?.parameters).toBe(128);
    const rnn = buildNetwork({ family: 'rnn', chunk: 8 }, leads);
    expect(rnn.input).toEqual({ kind: 'sequence', steps: 7, features: 24 });
    const mlp = buildNetwork({ family: 'mlp' }, leads);
    expect(describeNetwork(mlp).layers[0]?.outputShape).toBe('150');
  });

  it('give a network or an error that names what is wrong, whatever the configuration', () => {
    const cnn = familyOf('cnn');
    const record = Object.fromEntries(
      cnn.parameters.map((parameter) => {
        if (parameter.type === 'boolean') return [parameter.name, fc.boolean()];
        if (parameter.type === 'categorical') throw new TypeError('a number or a flag');
        const { minimum: min, maximum: max } = parameter;
        const values =
          parameter.type === 'int'
            ? fc.integer({ min, max })
            : fc.double({ min, max, noNaN: true });
        return [parameter.name, values];
      }),
    );
    fc.assert(
      fc.property(fc.record(record), fc.integer({ min: 1, max: 200 }), (values, length) => {
        const shape: DataShape = { kind: 'signal', channels: 2, length, classes: 3 };
        const problems = problemsOf(() => buildNetwork({ family: 'cnn', ...values }, shape));
        for (const problem of problems) {
          expect(problem).toMatchObject({ field: expect.stringContaining('layers.') });
          expect(problem.fix).toBeDefined();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('refuse data of a kind that they do not accept', () => {
    expect(problemsOf(() => buildNetwork({ family: 'mlp' }, visits))).toMatchObject([
      { field: 'family', value: 'mlp', fix: expect.stringContaining('signal') },
    ]);
  });

  it('refuse a chunk longer than the signal', () => {
    const act = () => buildNetwork({ family: 'rnn', chunk: 179 }, signal);
    expect(problemsOf(act)).toMatchObject([{ field: 'chunk', value: '179' }]);
  });
});

describe('resolveConfiguration', () => {
  it('fills defaults and leaves epochs to the budget', () => {
    expect(resolveConfiguration({ family: 'mlp-baseline', batchSize: 16 })).toEqual({
      family: 'mlp-baseline',
      optimizer: 'adam',
      learningRate: 1e-3,
      weightDecay: 0,
      momentum: 0.9,
      nesterov: true,
      batchSize: 16,
      standardise: true,
      schedule: 'constant',
      warmupEpochs: 0,
      decayEpochs: 10,
      decayFactor: 0.1,
      clipNorm: 0,
      labelSmoothing: 0,
      classWeights: 'none',
      patience: 0,
    });
  });

  it.each([
    [{ family: 'gpt' }, 'family', 'gpt'],
    [{ family: 'mlp', kernel: 3 }, 'kernel', '3'],
    [{ family: 'mlp', depth: 2.5 }, 'depth', '2.5'],
    [{ family: 'mlp', width: 0 }, 'width', '0'],
    [{ family: 'mlp', learningRate: Number.NaN }, 'learningRate', 'null'],
    [{ family: 'mlp', optimizer: 'lamb' }, 'optimizer', 'lamb'],
    [{ family: 'mlp', standardise: 'yes' }, 'standardise', 'yes'],
  ])('refuses %o, naming %s', (partial, field, value) => {
    expect(problemsOf(() => resolveConfiguration(partial))).toMatchObject([
      { field, value, fix: expect.any(String) },
    ]);
  });

  it('names every problem at once', () => {
    const act = () => resolveConfiguration({ family: 'cnn', kernel: 0, pool: 99, depth: 1 });
    expect(problemsOf(act).map(({ field }) => field)).toEqual(['depth', 'kernel', 'pool']);
  });
});
