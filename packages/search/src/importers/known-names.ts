import { families, parametersOf, trainingParameters } from '@starling/domain';

/** Letters and digits only, in lower case: `--Learning_Rate` and `learningRate` are one. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** The last part of a nested name: `optimizer.lr`, `params/lr` → `lr`. */
function lastPart(name: string): string {
  return name.split(/[./]/).at(-1) ?? name;
}

/** Other tools' usual names, plain, to Starling's; several where the family decides. */
const aliases: Record<string, readonly string[]> = {
  learningRate: ['lr', 'learningrate', 'initlr', 'baselr', 'lr0', 'initiallearningrate', 'eta0'],
  batchSize: [
    'batch',
    'bs',
    'batchsize',
    'minibatchsize',
    'trainbatchsize',
    'batchsizetrain',
    'perdevicetrainbatchsize',
  ],
  optimizer: ['optimizer', 'optim', 'optimiser', 'opt', 'optimizername', 'optimizertype'],
  weightDecay: ['wd', 'weightdecay', 'l2', 'l2reg', 'l2regularization'],
  momentum: ['momentum', 'sgdmomentum'],
  nesterov: ['nesterov', 'usenesterov', 'nesterovmomentum'],
  epochs: ['epochs', 'epoch', 'numepochs', 'nepochs', 'maxepochs', 'numtrainepochs'],
  schedule: ['schedule', 'scheduler', 'lrscheduler', 'lrschedule', 'lrschedulertype'],
  warmupEpochs: ['warmup', 'warmupepochs'],
  clipNorm: [
    'clipnorm',
    'gradclip',
    'gradientclip',
    'maxgradnorm',
    'gradientclipval',
    'clip',
    'gradclipnorm',
  ],
  labelSmoothing: ['labelsmoothing', 'smoothing'],
  classWeights: ['classweights', 'classweight'],
  patience: ['patience', 'earlystoppingpatience'],
  standardise: ['standardise', 'standardize', 'normalise', 'normalize'],
  dropout: [
    'dropout',
    'dropoutrate',
    'droprate',
    'dropoutprob',
    'pdropout',
    'dropoutp',
    'dropoutprobability',
  ],
  batchNorm: ['batchnorm', 'usebatchnorm', 'usebn', 'bn', 'batchnormalization'],
  activation: ['activation', 'act', 'activationfunction', 'nonlinearity', 'actfn'],
  depth: ['depth', 'numlayers', 'nlayers', 'layers', 'numhiddenlayers', 'hiddenlayers'],
  layers: ['layers', 'numlayers', 'nlayers', 'numhiddenlayers', 'rnnlayers', 'depth'],
  width: [
    'width',
    'hiddensize',
    'hidden',
    'hiddenunits',
    'hiddendim',
    'units',
    'fcsize',
    'hiddenlayersize',
    'nhidden',
    'numhidden',
    'hiddenwidth',
    'fclayersize',
    'layersize',
  ],
  hidden: [
    'hidden',
    'hiddensize',
    'hiddendim',
    'hiddenunits',
    'units',
    'rnnhidden',
    'rnnunits',
    'gruunits',
    'lstmunits',
    'nhidden',
    'numhidden',
    'statesize',
  ],
  denseUnits: [
    'denseunits',
    'fcunits',
    'fcsize',
    'fcdim',
    'dense',
    'hiddensize',
    'hiddenunits',
    'units',
    'hidden',
    'fclayersize',
  ],
  taper: ['taper'],
  blocks: [
    'blocks',
    'numblocks',
    'nblocks',
    'convblocks',
    'convlayers',
    'numconvlayers',
    'numlayers',
    'nlayers',
    'layers',
    'depth',
  ],
  filters: [
    'filters',
    'numfilters',
    'nfilters',
    'channels',
    'numchannels',
    'outchannels',
    'convfilters',
    'basechannels',
  ],
  growth: ['growth', 'channelgrowth', 'widthmultiplier'],
  kernel: ['kernel', 'kernelsize', 'kernelwidth', 'filtersize', 'convkernel', 'convkernelsize'],
  pool: ['pool', 'poolsize', 'pooling', 'maxpool'],
  bidirectional: ['bidirectional', 'isbidirectional', 'birnn', 'bidir'],
  cell: ['cell', 'celltype', 'rnntype', 'rnncell', 'rnncelltype'],
  chunk: ['chunk', 'chunksize', 'stepsize'],
  perStepUnits: ['perstepunits', 'embeddim', 'embeddingdim', 'embedsize'],
};

/** The parameter of a family that a foreign name plainly means; null where it has none such. */
export function parameterFor(familyId: string, foreignName: string): string | null {
  const family = families.find((candidate) => candidate.id === familyId);
  if (family === undefined) return null;
  const known = parametersOf(family).map(({ name }) => name);
  for (const plain of [plainName(foreignName), plainName(lastPart(foreignName))]) {
    const same = known.find((name) => plainName(name) === plain);
    if (same !== undefined) return same;
    // In the order of the catalogue, so that one family answers the same each time.
    const other = known.find((name) => aliases[name]?.includes(plain));
    if (other !== undefined) return other;
  }
  return null;
}

export function isTrainingParameter(name: string): boolean {
  return trainingParameters.some((parameter) => parameter.name === name);
}

const familyNames = [
  'family',
  'model',
  'modeltype',
  'modelname',
  'modelfamily',
  'architecture',
  'arch',
  'network',
  'networktype',
  'net',
  'nettype',
  'classifier',
];

export function isFamilyName(name: string): boolean {
  return familyNames.includes(plainName(name)) || familyNames.includes(plainName(lastPart(name)));
}

const familyByWord: Record<string, { family: string; cell?: string }> = {
  mlp: { family: 'mlp' },
  fc: { family: 'mlp' },
  fcn: { family: 'mlp' },
  dense: { family: 'mlp' },
  dnn: { family: 'mlp' },
  linear: { family: 'mlp' },
  feedforward: { family: 'mlp' },
  multilayerperceptron: { family: 'mlp' },
  cnn: { family: 'cnn' },
  cnn1d: { family: 'cnn' },
  conv: { family: 'cnn' },
  conv1d: { family: 'cnn' },
  convnet: { family: 'cnn' },
  convolutional: { family: 'cnn' },
  rnn: { family: 'rnn' },
  recurrent: { family: 'rnn' },
  gru: { family: 'rnn', cell: 'gru' },
  lstm: { family: 'rnn', cell: 'lstm' },
};

/** The family, and the cell where the word says it, that a value means; null where none. */
export function familyFor(value: unknown): { family: string; cell?: string } | null {
  const plain = plainName(String(value));
  const same = families.find(({ id }) => plainName(id) === plain);
  return same === undefined ? (familyByWord[plain] ?? null) : { family: same.id };
}

/** Words of other tools for values of a parameter, plain. */
const valueAliases: Record<string, Record<string, string>> = {
  optimizer: { sgdmomentum: 'sgd', nesterov: 'sgd', momentum: 'sgd', rmspropoptimizer: 'rmsprop' },
  activation: { logistic: 'sigmoid', leakyrelu: 'leakyRelu', lrelu: 'leakyRelu' },
  schedule: {
    none: 'constant',
    cosineannealing: 'cosine',
    cosineannealinglr: 'cosine',
    onecyclelr: 'oneCycle',
    steplr: 'step',
    reducelronplateau: 'plateau',
  },
};

/** The parameter's own word for a foreign one; null where it has none. */
export function wordFor(parameter: string, values: readonly string[], foreign: string) {
  const plain = plainName(foreign);
  const same = values.find((value) => plainName(value) === plain);
  if (same !== undefined) return same;
  const other = valueAliases[parameter]?.[plain];
  return other !== undefined && values.includes(other) ? other : null;
}

const metricByName: Record<string, string> = {
  accuracy: 'validationAccuracy',
  acc: 'validationAccuracy',
  valacc: 'validationAccuracy',
  valaccuracy: 'validationAccuracy',
  validationacc: 'validationAccuracy',
  testacc: 'validationAccuracy',
  testaccuracy: 'validationAccuracy',
  evalaccuracy: 'validationAccuracy',
  top1: 'validationAccuracy',
  trainacc: 'trainAccuracy',
  trainingaccuracy: 'trainAccuracy',
  loss: 'validationLoss',
  valloss: 'validationLoss',
  testloss: 'validationLoss',
  evalloss: 'validationLoss',
  trainingloss: 'trainLoss',
  f1: 'validationMacroF1',
  f1score: 'validationMacroF1',
  macrof1: 'validationMacroF1',
  f1macro: 'validationMacroF1',
  valf1: 'validationMacroF1',
  auc: 'validationAuc',
  valauc: 'validationAuc',
  rocauc: 'validationAuc',
  auroc: 'validationAuc',
  gap: 'overfittingGap',
  generalizationgap: 'overfittingGap',
  params: 'parameters',
  numparams: 'parameters',
  nparams: 'parameters',
  macs: 'flops',
  duration: 'seconds',
  runtime: 'seconds',
  trainingtime: 'seconds',
};

/** Starling's metric for a foreign name; null where it has none such. */
export function metricFor(name: string, known: readonly string[]): string | null {
  for (const plain of [plainName(name), plainName(lastPart(name))]) {
    const same = known.find((metric) => plainName(metric) === plain);
    if (same !== undefined) return same;
    const other = metricByName[plain];
    if (other !== undefined) return other;
  }
  return null;
}
