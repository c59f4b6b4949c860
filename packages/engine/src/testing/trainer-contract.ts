import { describeNetwork } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import type { Split } from '../data/training-data.ts';
import type { OptimizerSettings } from '../training/optimizer.ts';
import { contractNetworks, noiseBatch, noiseWeights, rowsOfInput } from './contract-networks.ts';
import { decayCase, decayGolden } from './decay-golden.ts';
import { dropoutNetworks, firstMasks } from './dropout-networks.ts';
import { goldenNames, type NamedTensors, readGolden } from './golden.ts';
import { randomNetwork } from './random-network.ts';
import { referenceBatch, referenceLoss } from './reference-network.ts';
import { relativeError } from './relative-error.ts';
import type { StepTrainer } from './step-trainer.ts';

const TOLERANCE = 1e-4;
const plainSgd: OptimizerSettings = { kind: 'sgd', learningRate: 0.1, weightDecay: 0, momentum: 0 };

/** Fixed, for a kink or a tie near a random value would be no mistake of the trainer. */
const randomSeeds = Array.from({ length: 24 }, (_, index) => index + 1);

/** Difference relative to the tensor's Euclidean norm. */
function normError(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let norm = 0;
  expected.forEach((value, index) => {
    difference += ((actual[index] ?? Number.NaN) - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(difference / norm);
}

/**
 * Largest difference, relative to the tensor's largest value, where the first gradient is more
 * than rounding: Adam steps by the gradient's sign, which noise decides for the others.
 */
function elementError(
  actual: Float32Array,
  expected: Float32Array,
  gradient: Float32Array,
): number {
  const floor = 1e-5 * gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const certain = [...gradient.keys()].filter((index) => Math.abs(gradient[index] ?? 0) > floor);
  if (certain.length === 0) return relativeError(actual, expected);
  return relativeError(
    certain.map((index) => actual[index] ?? Number.NaN),
    certain.map((index) => expected[index] ?? Number.NaN),
  );
}

function tensorOf(tensors: NamedTensors, name: string): Float32Array {
  const values = tensors.get(name);
  if (values === undefined) throw new TypeError(`no tensor ${name}`);
  return values;
}

/** The largest value of any gradient. */
function largestOf(gradients: NamedTensors): number {
  let largest = 0;
  for (const values of gradients.values()) {
    for (const value of values) largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}

/**
 * Largest difference relative to the tensor's largest value, or to a hundredth of that of the
 * network: a bias in front of a batch norm has no gradient but rounding.
 */
function gradientError(actual: ArrayLike<number>, expected: number[], largest: number): number {
  const scale = Math.max(largest / 100, ...expected.map(Math.abs));
  const errors = expected.map((value, index) => Math.abs((actual[index] ?? Number.NaN) - value));
  return Math.max(...errors) / scale;
}

/** Gradient of one weight by central differences of the float64 reference. */
function centralDifference(
  weights: ReadonlyMap<string, Float64Array>,
  name: string,
  index: number,
  loss: () => number,
): number {
  const values = weights.get(name) as Float64Array;
  const value = values[index] as number;
  const step = 1e-5;
  values[index] = value + step;
  const above = loss();
  values[index] = value - step;
  const below = loss();
  values[index] = value;
  return (above - below) / (2 * step);
}

/** The first, middle and last value of every tensor's gradient are central differences of the loss. */
function expectGradients(
  gradients: NamedTensors,
  precise: ReadonlyMap<string, Float64Array>,
  loss: () => number,
  tolerance: number,
  where = '',
): void {
  for (const [tensor, gradient] of gradients) {
    const indices = [0, gradient.length >> 1, gradient.length - 1];
    const error = gradientError(
      indices.map((index) => gradient[index] ?? Number.NaN),
      indices.map((index) => centralDifference(precise, tensor, index, loss)),
      largestOf(gradients),
    );
    expect(error, `${tensor}${where}`).toBeLessThan(tolerance);
  }
}

/** Of the contract's networks: the same for every trainer, and slow to come by. */
const differencesKnown = new Map<string, number>();

/** What one that is slow may leave out. */
export interface ContractOptions {
  /** Central differences of so many values of a tensor, evenly spread; of all unless given. */
  differences?: number;
  /** How far gradients of random networks may be off: some of them are 0 but for rounding. */
  rounding?: number;
}

/** What every trainer promises; run it in a test file of the trainer. */
export function describeTrainer(
  trainer: StepTrainer,
  { differences = Number.POSITIVE_INFINITY, rounding = TOLERANCE }: ContractOptions = {},
): void {
  describe.each(goldenNames)(`${trainer.name} against PyTorch: %s`, (name) => {
    const golden = readGolden(name);

    it('has its logits, loss and gradients', () => {
      const session = trainer.open({ ...golden, settings: plainSgd, weights: golden.initial });
      const { loss, logits, gradients } = session.inspect();
      expect(relativeError(logits, golden.logits)).toBeLessThan(TOLERANCE);
      expect(relativeError([loss], [golden.loss])).toBeLessThan(TOLERANCE);
      for (const [tensor, expected] of golden.gradients) {
        expect(relativeError(tensorOf(gradients, tensor), expected), tensor).toBeLessThan(
          TOLERANCE,
        );
      }
    });

    it.each(golden.runs)('takes its five steps of $settings.kind', (run) => {
      const session = trainer.open({ ...golden, ...run, weights: golden.initial });
      const losses = Array.from({ length: 5 }, () => session.step());
      expect(relativeError(losses, run.losses)).toBeLessThan(TOLERANCE);
      const weights = session.weights();
      for (const [tensor, expected] of run.after) {
        const actual = tensorOf(weights, tensor);
        const gradient = tensorOf(golden.gradients, tensor);
        expect(normError(actual, expected), tensor).toBeLessThan(TOLERANCE);
        expect(elementError(actual, expected, gradient), tensor).toBeLessThan(TOLERANCE);
      }
    });
  });

  it.each(decayGolden)(
    `${trainer.name} decays weights as PyTorch does: %o`,
    (settings, expected) => {
      const session = trainer.open({ ...decayCase, settings });
      for (let step = 0; step < 5; step++) session.step();
      const after = session.weights();
      const values = [...tensorOf(after, 'fc.weight'), ...tensorOf(after, 'fc.bias')];
      expect(relativeError(values, expected)).toBeLessThan(1e-5);
    },
  );

  it.each(dropoutNetworks)(`${trainer.name} has the gradients of dropout $name`, (network) => {
    const { spec, shape } = network;
    const batch = noiseBatch(shape, 6, 21);
    const weights = noiseWeights(spec, 22);
    const mask = firstMasks(spec, batch, 23);
    const session = trainer.open({ spec, shape, batch, settings: plainSgd, weights, seed: 23 });
    const observations = Array.from({ length: batch.rows }, (_, row) =>
      rowsOfInput(shape, batch, row),
    );
    const { logits, gradients } = session.inspect();
    const expected = referenceBatch(spec, weights, observations, true, mask).flat();
    expect(relativeError(logits, expected)).toBeLessThan(1e-5);
    const without = referenceBatch(spec, weights, observations, true).flat();
    expect(relativeError(logits, without)).toBeGreaterThan(0.1);
    const precise = new Map([...weights].map(([key, values]) => [key, Float64Array.from(values)]));
    const loss = (): number => referenceLoss(spec, precise, observations, batch.y, undefined, mask);
    expectGradients(gradients, precise, loss, TOLERANCE);
  });

  it(`${trainer.name} takes the running statistics for a batch of one value a channel`, () => {
    const network = contractNetworks.find(({ name }) => name.startsWith('batch norm after dense'));
    if (network === undefined) throw new TypeError('no network with batch norm');
    const { spec, shape } = network;
    const batch = noiseBatch(shape, 1, 31);
    const weights = noiseWeights(spec, 32);
    const session = trainer.open({ spec, shape, batch, settings: plainSgd, weights });
    const observations = [rowsOfInput(shape, batch, 0)];
    const { logits, gradients } = session.inspect();
    const expected = referenceBatch(spec, weights, observations, false).flat();
    expect(relativeError(logits, expected)).toBeLessThan(1e-5);
    const precise = new Map([...weights].map(([key, values]) => [key, Float64Array.from(values)]));
    const loss = (): number => referenceLoss(spec, precise, observations, batch.y);
    expectGradients(gradients, precise, loss, TOLERANCE);
  });

  it.each(randomSeeds)(
    `${trainer.name} has the formulas’ gradients in random network %i`,
    (seed) => {
      const { spec, shape } = randomNetwork(seed);
      const batch = noiseBatch(shape, 7, seed);
      const weights = noiseWeights(spec, seed);
      const session = trainer.open({ spec, shape, batch, settings: plainSgd, weights });
      const observations = Array.from({ length: batch.rows }, (_, row) =>
        rowsOfInput(shape, batch, row),
      );
      const { logits, gradients } = session.inspect();
      const expected = referenceBatch(spec, weights, observations, true).flat();
      expect(relativeError(logits, expected)).toBeLessThan(2e-5);
      let parameters = 0;
      const precise = new Map(
        [...weights].map(([key, values]) => [key, Float64Array.from(values)]),
      );
      const loss = (): number => referenceLoss(spec, precise, observations, batch.y);
      expectGradients(gradients, precise, loss, rounding, ` of ${JSON.stringify(spec)}`);
      for (const gradient of gradients.values()) parameters += gradient.length;
      expect(parameters).toBe(describeNetwork(spec).parameters);
    },
  );

  describe.each(contractNetworks)(`${trainer.name} against float64: $name`, (network) => {
    const { spec, shape } = network;
    const batch = noiseBatch(shape, 6, 11);
    const weights = noiseWeights(spec, 12);
    const observations = Array.from({ length: batch.rows }, (_, row) => network.rowsOf(batch, row));
    const session = trainer.open({ spec, shape, batch, settings: plainSgd, weights });

    it('has the logits and the loss of the formulas', () => {
      const { logits, loss } = session.inspect();
      const expected = referenceBatch(spec, weights, observations, true).flat();
      expect(relativeError(logits, expected)).toBeLessThan(1e-5);
      const expectedLoss = referenceLoss(spec, weights, observations, batch.y);
      expect(relativeError([loss], [expectedLoss])).toBeLessThan(1e-5);
    });

    it('has the gradients of central differences', () => {
      const { gradients } = session.inspect();
      const precise = new Map(
        [...weights].map(([key, values]) => [key, Float64Array.from(values)]),
      );
      const loss = (): number => referenceLoss(spec, precise, observations, batch.y);
      for (const [tensor, gradient] of gradients) {
        const stride = Math.max(1, Math.floor(gradient.length / differences));
        const indices = Array.from(gradient.keys()).filter((index) => index % stride === 0);
        const expected = indices.map((index) => {
          const key = `${network.name} ${tensor} ${index}`;
          const value =
            differencesKnown.get(key) ?? centralDifference(precise, tensor, index, loss);
          differencesKnown.set(key, value);
          return value;
        });
        const actual = indices.map((index) => gradient[index] ?? Number.NaN);
        const error = gradientError(actual, expected, largestOf(gradients));
        expect(error, tensor).toBeLessThan(TOLERANCE);
      }
    });

    it('has the loss and gradients of weighted classes and smoothed labels', () => {
      const classWeights = Array.from({ length: spec.classes }, (_, k) => 0.5 + k);
      const objective = { labelSmoothing: 0.15, classWeights };
      const other = trainer.open({ spec, shape, batch, settings: plainSgd, weights, objective });
      const precise = new Map(
        [...weights].map(([key, values]) => [key, Float64Array.from(values)]),
      );
      const loss = (): number => referenceLoss(spec, precise, observations, batch.y, objective);
      const found = other.inspect();
      expect(relativeError([found.loss], [loss()])).toBeLessThan(1e-5);
      for (const [tensor, gradient] of found.gradients) {
        const middle = gradient.length >> 1;
        const expected = centralDifference(precise, tensor, middle, loss);
        const error = gradientError(
          [gradient[middle] ?? 0],
          [expected],
          largestOf(found.gradients),
        );
        expect(error, tensor).toBeLessThan(TOLERANCE);
      }
    });

    it('standardises as if the data had been standardised before', () => {
      const size = batch.kind === 'dense' ? batch.width : batch.features;
      const mean = Array.from({ length: size }, (_, index) => Math.sin(index));
      const scale = Array.from({ length: size }, (_, index) => (index === 2 ? 0 : 1 + (index % 3)));
      const raw = trainer.open({
        ...{ spec, shape, batch, settings: plainSgd, weights },
        standardisation: { mean, scale },
      });
      const before: Split = { ...batch, x: standardised(batch, mean, scale) } as Split;
      const done = trainer.open({ spec, shape, batch: before, settings: plainSgd, weights });
      expect(relativeError(raw.inspect().logits, done.inspect().logits)).toBeLessThan(1e-5);
    });

    it('learns: the loss of the batch falls', () => {
      const learner = trainer.open({ spec, shape, batch, settings: plainSgd, weights });
      const first = learner.step();
      for (let step = 0; step < 20; step++) learner.step();
      expect(learner.inspect().loss).toBeLessThan(first);
    });
  });
}

function standardised(batch: Split, mean: number[], scale: number[]): Float32Array {
  const values = batch.x ?? new Float32Array();
  return values.map((value, index) => {
    const column = index % mean.length;
    return (value - (mean[column] ?? 0)) / (scale[column] || 1);
  });
}
