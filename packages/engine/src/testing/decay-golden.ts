import type { DataShape, NetworkSpec } from '@starling/domain';
import type { Split } from '../data/training-data.ts';
import type { OptimizerSettings } from '../training/optimizer.ts';
import type { NamedTensors } from './golden.ts';

/**
 * Five steps of torch.optim's Adam, AdamW, RMSprop and SGD with weight decay on `Linear(3, 2)` and
 * cross-entropy, where the golden files have none or little. PyTorch 2.15.0; weights, bias and rows
 * are those below, other settings PyTorch's defaults. The values are the weights, then the bias.
 */
export const decayGolden: readonly [OptimizerSettings, readonly number[]][] = [
  [
    { kind: 'adam', learningRate: 0.01, weightDecay: 0.1, momentum: 0 },
    [
      0.37080935, 0.40470737, 0.020641834, -0.32847628, -0.42952025, -0.089757077, 0.2000771,
      -0.45006427,
    ],
  ],
  [
    { kind: 'adamw', learningRate: 0.01, weightDecay: 0.1, momentum: 0 },
    [
      0.36880621, 0.40253219, 0.020116139, -0.32668322, -0.4272218, -0.088918835, 0.19890404,
      -0.44765654,
    ],
  ],
  [
    { kind: 'rmsprop', learningRate: 0.01, weightDecay: 0.1, momentum: 0 },
    [
      0.13888249, 0.16228986, -0.24909166, -0.097341798, -0.18676728, 0.18119909, -0.021686006,
      -0.21823613,
    ],
  ],
  // torch.optim.SGD(momentum=0.5), with nesterov=True, with nesterov=False, and without momentum.
  [
    { kind: 'sgd', learningRate: 0.1, weightDecay: 0.1, momentum: 0.5 },
    [
      0.20149052, 0.23455364, 0.051969174, -0.16286048, -0.25719598, -0.11506666, 0.12970702,
      -0.35783264,
    ],
  ],
  [
    { kind: 'sgd', learningRate: 0.1, weightDecay: 0.1, momentum: 0.5, nesterov: false },
    [
      0.21447617, 0.25012454, 0.055809498, -0.17547654, -0.27298343, -0.11951065, 0.1410255,
      -0.37133363,
    ],
  ],
  [
    { kind: 'sgd', learningRate: 0.1, weightDecay: 0.1, momentum: 0 },
    [
      0.28968081, 0.32543874, 0.061989706, -0.24942143, -0.34903601, -0.12774852, 0.18197219,
      -0.4197197,
    ],
  ],
];

const shape: DataShape = { kind: 'signal', channels: 1, length: 3, classes: 2 };
const spec: NetworkSpec = {
  input: { kind: 'signal', channels: 1, length: 3 },
  layers: [{ kind: 'flatten' }, { kind: 'dense', name: 'fc', units: 2 }],
  classes: 2,
};
/** x[row][column] = cos(3 row + column). */
const batch: Split = {
  kind: 'dense',
  rows: 4,
  width: 3,
  x: Float32Array.from({ length: 12 }, (_, index) => Math.cos(index)),
  y: Int32Array.of(0, 1, 1, 0),
};
const weights: NamedTensors = new Map([
  ['fc.weight', Float32Array.from({ length: 6 }, (_, index) => 0.5 * Math.sin(index + 1))],
  ['fc.bias', Float32Array.of(0.25, -0.5)],
]);

/** The network, rows and first weights of `decayGolden`. */
export const decayCase = { spec, shape, batch, weights } as const;
