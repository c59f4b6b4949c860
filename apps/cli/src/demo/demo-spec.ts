import {
  AppError,
  buildNetwork,
  type Configuration,
  type DataShape,
  type DatasetSummary,
  dataKindOf,
  families,
  type SweepSpecInput,
} from '@starling/domain';

function canBuild(configuration: Configuration, shape: DataShape): boolean {
  try {
    buildNetwork(configuration, shape);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** Baselines that accept the data and can be built on it, with their defaults. */
function baselinesFor(shape: DataShape): Configuration[] {
  const kind = dataKindOf(shape);
  const wanted =
    kind === 'variable-sequence'
      ? ['variable-rnn-baseline', 'rnn-baseline']
      : ['mlp-baseline', 'cnn-baseline', 'rnn-baseline'];
  return wanted.map((family) => ({ family })).filter((point) => canBuild(point, shape));
}

/** Samples of a signal that make one step of an RNN, so that no trial reads hundreds of them. */
function chunkFor(shape: DataShape): number {
  return shape.kind === 'signal' ? Math.max(1, Math.ceil(shape.length / 32)) : 1;
}

/**
 * The demo's sweep on a user's own data: the families that the data allow, small networks,
 * and a limit of three minutes.
 */
export function demoSpecFor(dataset: DatasetSummary): SweepSpecInput {
  const { shape } = dataset;
  const kind = dataKindOf(shape);
  const accepts = (family: string) =>
    families.find(({ id }) => id === family)?.accepts.includes(kind) === true;
  const space: SweepSpecInput['space'] = {
    parameters: {
      optimizer: 'adam',
      learningRate: { type: 'float', min: 3e-4, max: 3e-2, scale: 'log' },
      batchSize: [32, 64],
      standardise: true,
    },
    families: {},
  };
  if (accepts('mlp')) {
    space.families['mlp'] = {
      parameters: {
        depth: { type: 'int', min: 1, max: 3 },
        width: { type: 'int', min: 16, max: 128, scale: 'log' },
        dropout: { type: 'float', min: 0, max: 0.4 },
      },
    };
  }
  const largestCnn = { family: 'cnn', blocks: 2, kernel: 5, pool: 2 };
  if (accepts('cnn') && canBuild(largestCnn, shape)) {
    space.families['cnn'] = {
      parameters: {
        blocks: { type: 'int', min: 1, max: 2 },
        filters: { type: 'int', min: 4, max: 16, scale: 'log' },
        kernel: [3, 5],
        denseUnits: { type: 'int', min: 16, max: 64 },
        dropout: { type: 'float', min: 0, max: 0.4 },
      },
    };
  }
  if (accepts('rnn')) {
    space.families['rnn'] = {
      parameters: {
        hidden: { type: 'int', min: 8, max: 32, scale: 'log' },
        ...(shape.kind === 'signal' ? { chunk: chunkFor(shape) } : {}),
      },
    };
  }
  return {
    name: `demo`,
    dataset: dataset.name,
    seed: 1,
    budget: { trials: 12, epochs: 12, minutes: 3 },
    space,
    enqueue: baselinesFor(shape),
    tags: ['demo'],
  };
}
