import {
  buildNetwork,
  type Configuration,
  type DataShape,
  type EpochReport,
  type ParameterValue,
} from '@starling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { createTfjsTrainer, type TrainerWays } from '../tfjs/create-tfjs-trainer.ts';
import type { Tf } from '../tfjs/tensor.ts';
import type { FusedPackOptions } from '../tfjs/train-lanes.ts';
import type { PackMember } from '../training/train-pack.ts';
import { trainTrial } from '../training/train-trial.ts';
import type { TrialOptions, TrialOutcome, TrialRun } from '../training/trial-options.ts';
import { relativeError } from './relative-error.ts';
import { tickingClock, toyData } from './toy-data.ts';

const signal: DataShape = { kind: 'signal', channels: 2, length: 21, classes: 3 };
const sequence: DataShape = { kind: 'sequence', features: 6, maxSteps: 9, classes: 2 };

type Parameters = { family: string; [parameter: string]: ParameterValue };

// Every kind of layer, input, optimizer and option; losses of these stay smooth enough for floats
// of two engines to stay together over some epochs.
const trials: readonly [Parameters, DataShape][] = [
  [{ family: 'mlp', optimizer: 'adam', dropout: 0.3, batchSize: 16 }, signal],
  [{ family: 'mlp', optimizer: 'sgd', momentum: 0.8, weightDecay: 0.01, clipNorm: 0.5 }, signal],
  [{ family: 'mlp', optimizer: 'lion', learningRate: 3e-4, weightDecay: 0.1, depth: 1 }, signal],
  // 50 rows in batches of 49: the last has a single row.
  [{ family: 'mlp', batchNorm: true, dropout: 0.2, batchSize: 49 }, signal],
  [{ family: 'cnn', optimizer: 'adamw', weightDecay: 0.01, dropout: 0.2, blocks: 1 }, signal],
  [{ family: 'rnn', optimizer: 'rmsprop', chunk: 7, layers: 2, hidden: 6, dropout: 0.1 }, signal],
  [
    { family: 'rnn', cell: 'lstm', hidden: 5, dropout: 0.2, labelSmoothing: 0.1, batchSize: 25 },
    sequence,
  ],
  [
    {
      family: 'rnn',
      bidirectional: true,
      hidden: 3,
      perStepUnits: 5,
      pooling: 'attention',
      batchSize: 25,
    },
    sequence,
  ],
];

const small: Parameters = { family: 'mlp', depth: 1, width: 8, batchSize: 20 };
const rows = { train: 50, validation: 24 };
const signalData = toyData(signal, rows);
const sequenceData = toyData(sequence, rows);

function optionsFor(
  configuration: Parameters,
  shape: DataShape,
  more: Partial<TrialOptions> = {},
): TrialOptions {
  return {
    configuration: configuration as Configuration,
    network: buildNetwork(configuration, shape),
    data: shape === signal ? signalData : sequenceData,
    seed: 41,
    epochs: 3,
    clock: tickingClock(),
    ...more,
  };
}

/** Every value of a weights file or checkpoint, by tensor. */
function tensorsOf(bytes: Uint8Array | undefined): Map<string, ArrayLike<number>> {
  const { tensors } = readSafetensors(bytes ?? new Uint8Array());
  return new Map([...tensors].map(([name, tensor]) => [name, tensor.values]));
}

function expectAlike(actual: TrialOutcome, expected: TrialOutcome, tolerance: number): void {
  expect(actual.status).toBe(expected.status);
  expect(actual.reason).toBe(expected.reason);
  expect(actual.history.map(({ epoch }) => epoch)).toEqual(
    expected.history.map(({ epoch }) => epoch),
  );
  const curve = ({ history }: TrialOutcome): (number | null)[] =>
    history.flatMap((report: EpochReport) => [report.trainLoss, report.validationLoss]);
  expected.history.forEach((report, index) => {
    const own = actual.history[index] as EpochReport;
    expect(own.learningRate).toBeCloseTo(report.learningRate, 12);
    expect(own.trainAccuracy).toBeCloseTo(report.trainAccuracy, 1);
    expect(own.validationMacroF1).toBeCloseTo(report.validationMacroF1 ?? Number.NaN, 1);
  });
  expect(relativeError(curve(actual) as number[], curve(expected) as number[])).toBeLessThan(
    tolerance,
  );
}

function expectSameWeights(
  actual: Uint8Array | undefined,
  expected: Uint8Array | undefined,
  tolerance: number,
): void {
  const others = tensorsOf(actual);
  for (const [name, values] of tensorsOf(expected)) {
    expect(relativeError(others.get(name) ?? [], values), name).toBeLessThan(tolerance);
  }
}

async function finish(run: TrialRun): Promise<TrialOutcome> {
  for await (const _report of run);
  return run.outcome;
}

/** What a trainer of packs on tfjs promises, on any backend; run it in a test file of one. */
export function describeFusedTrainer(name: string, tf: Tf, ways?: TrainerWays): void {
  describe(name, () => promisePacks(tf, ways));
}

function promisePacks(tf: Tf, ways?: TrainerWays): void {
  const trainer = createTfjsTrainer(tf, {}, ways);
  let tensorsBefore = 0;

  async function trainAll(
    members: Iterable<PackMember>,
    options: FusedPackOptions = {},
    trained = trainer,
  ): Promise<Map<string, TrialOutcome>> {
    const outcomes = new Map<string, TrialOutcome>();
    for await (const event of trained.trainPack(members, options)) {
      if (event.kind === 'finished') outcomes.set(event.id, event.outcome);
      if (event.kind === 'failed') throw event.error;
    }
    return outcomes;
  }

  beforeAll(() => {
    tensorsBefore = tf.memory().numTensors;
  });

  // No step, epoch, failure or ending may leave a tensor behind.
  afterAll(() => {
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(tensorsBefore);
  });

  describe.each(trials)('a trial of %o', (configuration, shape) => {
    it('goes as on the kernels, alone and among others of its shape', async () => {
      const expected = await finish(trainTrial(optionsFor(configuration, shape)));
      const own = optionsFor(configuration, shape);
      const [alone, pack] = [
        await finish(trainer.trainTrial(own)),
        await trainAll([
          { id: 'other', options: optionsFor(configuration, shape, { seed: 5 }) },
          { id: 'own', options: own },
        ]),
      ];
      const packed = pack.get('own') as TrialOutcome;
      expectAlike(alone, expected, 2e-3);
      expectAlike(packed, alone, 1e-4);
      const { best } = alone;
      const right = best?.confusionMatrix.reduce((sum, row, k) => sum + (row[k] ?? 0), 0) ?? 0;
      expect(right / rows.validation).toBeCloseTo(best?.report.validationAccuracy ?? -1, 6);
      expect(best?.validationAuc ?? null).toEqual(best?.report.validationAuc ?? null);
    });

    it('resumed ends as an uninterrupted one, also from the other engine', async () => {
      const whole = trainer.trainTrial(optionsFor(configuration, shape));
      let resumeFrom: Uint8Array | undefined;
      for await (const report of whole) {
        if (report.epoch === 2) resumeFrom = whole.checkpoint()?.bytes;
      }
      if (resumeFrom === undefined) throw new TypeError('there was no checkpoint');
      const resumed = trainer.trainTrial(optionsFor(configuration, shape, { resumeFrom }));
      const outcome = await finish(resumed);
      expectAlike(outcome, await whole.outcome, 1e-6);
      expectSameWeights(resumed.checkpoint()?.bytes, whole.checkpoint()?.bytes, 1e-5);
      const onKernels = trainTrial(optionsFor(configuration, shape, { resumeFrom }));
      expectAlike(await finish(onKernels), outcome, 2e-3);
    });
  });

  describe('a pack', () => {
    it('gives each of its trials what it has alone, each with settings of its own', async () => {
      const parts: Parameters[] = [
        { ...small, learningRate: 0.01, dropout: 0.4 },
        { ...small, learningRate: 0.001, weightDecay: 0.1 },
        { ...small, schedule: 'cosine', labelSmoothing: 0.1, clipNorm: 0.1 },
        { ...small, classWeights: 'balanced', dropout: 0.1, learningRate: 0.02 },
      ];
      const members = parts.map((part, index) => ({
        id: String(index),
        options: optionsFor(part, signal, { seed: index, epochs: 2 + index }),
      }));
      const outcomes = await trainAll(members);
      for (const { id, options } of members) {
        const alone = await finish(trainTrial({ ...options, clock: tickingClock() }));
        expectAlike(outcomes.get(id) as TrialOutcome, alone, 1e-3);
        expectSameWeights(outcomes.get(id)?.best?.weights, alone.best?.weights, 1e-3);
      }
    });

    it.each(['sgd', 'rmsprop', 'lion', 'adamw'])(
      'gives each its own rate, momentum and decay with %s, whatever the others have',
      async (optimizer) => {
        const base = { ...small, optimizer, learningRate: 0.003 };
        const parts: Parameters[] = [
          { ...base, momentum: 0.9, schedule: 'oneCycle' },
          { ...base, momentum: 0.5, weightDecay: 0.05, nesterov: false },
          { ...base, momentum: 0, learningRate: 0.001, patience: 1 },
        ];
        const members = parts.map((part, index) => ({
          id: String(index),
          options: optionsFor(part, signal, { seed: 60 + index }),
        }));
        const outcomes = await trainAll(members);
        const weights = members.map(({ id }) => outcomes.get(id)?.best?.weights);
        for (const [index, { options }] of members.entries()) {
          const alone = await finish(trainTrial({ ...options, clock: tickingClock() }));
          expectAlike(outcomes.get(String(index)) as TrialOutcome, alone, 1e-3);
          expectSameWeights(weights[index], alone.best?.weights, 2e-3);
        }
      },
    );

    it('follows a schedule that all share, each at its own rate', async () => {
      const members = [0.01, 0.002].map((learningRate, index) => ({
        id: String(index),
        options: optionsFor({ ...small, schedule: 'cosine', learningRate }, signal, {
          seed: 70 + index,
        }),
      }));
      const outcomes = await trainAll(members);
      for (const { id, options } of members) {
        const alone = await finish(trainTrial({ ...options, clock: tickingClock() }));
        expectAlike(outcomes.get(id) as TrialOutcome, alone, 1e-3);
        expectSameWeights(outcomes.get(id)?.best?.weights, alone.best?.weights, 1e-3);
      }
    });

    it('masks a lane that diverges, and the others never notice', async () => {
      const sgd = { ...small, optimizer: 'sgd', learningRate: 0.01 };
      const options = optionsFor(sgd, signal);
      const weights = new Map<string, TrialOutcome>();
      for (const learningRate of [0.05, 1]) {
        const other = optionsFor({ ...sgd, learningRate }, signal, { seed: 9 });
        const spoilt = learningRate === 1 ? { ...other, resumeFrom: await hopeless(other) } : other;
        const outcomes = await trainAll([
          { id: 'other', options: spoilt },
          { id: 'own', options },
        ]);
        weights.set(String(learningRate), outcomes.get('own') as TrialOutcome);
        const status = learningRate === 1 ? 'diverged' : 'completed';
        expect(outcomes.get('other')?.status).toBe(status);
      }
      const [masked, present] = [weights.get('1'), weights.get('0.05')];
      expect(masked?.best?.weights).toEqual(present?.best?.weights);
    });

    it('trains on when trials stop, is refilled, and gives the room of the absent back', async () => {
      const controllers = Array.from({ length: 5 }, () => new AbortController());
      const members = controllers.map(({ signal: aborted }, index) => ({
        id: String(index),
        options: optionsFor(small, signal, { seed: index, epochs: 4, signal: aborted }),
      }));
      const late = { id: 'late', options: optionsFor(small, signal, { seed: 50, epochs: 3 }) };
      const waiting = [late];
      const asked: number[] = [];
      const outcomes = new Map<string, TrialOutcome>();
      const checkpoints = new Map<string, number | undefined>();
      const pack = trainer.trainPack(members, {
        refill(free) {
          asked.push(free);
          return waiting.splice(0, 1);
        },
      });
      for await (const event of pack) {
        if (event.kind === 'finished') outcomes.set(event.id, event.outcome);
        if (event.kind !== 'epoch') continue;
        if (event.report.epoch === 1 && Number(event.id) < 3) {
          controllers[Number(event.id)]?.abort();
          checkpoints.set(event.id, event.run.checkpoint()?.epoch);
        }
      }
      expect(asked.slice(0, 2)).toEqual([3, 2]);
      expect([...checkpoints.values()]).toEqual([1, 1, 1]);
      for (const id of ['0', '1', '2']) {
        expect(outcomes.get(id)).toMatchObject({ status: 'interrupted', epochs: 1 });
      }
      for (const { id, options } of [...members.slice(3), late]) {
        const alone = await finish(trainer.trainTrial({ ...options, clock: tickingClock() }));
        expectAlike(outcomes.get(id) as TrialOutcome, alone, 1e-4);
      }
    });

    it('fills free places with its own trials that wait before it asks for others', async () => {
      const stop = new AbortController();
      const members = Array.from({ length: 3 }, (_, index) => ({
        id: String(index),
        options: optionsFor(small, signal, {
          seed: index,
          epochs: 3,
          ...(index === 0 ? { signal: stop.signal } : {}),
        }),
      }));
      const over = { ...(members[1] as PackMember).options, epochs: 1 };
      const checkpoint = Promise.withResolvers<Uint8Array>();
      for await (const event of trainer.trainPack([{ id: 'over', options: over }])) {
        if (event.kind === 'epoch') checkpoint.resolve(event.run.checkpoint()?.bytes as Uint8Array);
      }
      const waiting = [
        // Resumed at its end, and cancelled on its way: neither trains an epoch.
        { id: 'over', options: { ...over, resumeFrom: await checkpoint.promise } },
        { id: 'gone', options: { ...over, signal: AbortSignal.abort() } },
      ];
      const asked: [number, number][] = [];
      const order: string[] = [];
      const outcomes = new Map<string, TrialOutcome>();
      const pack = trainer.trainPack(members, {
        lanes: 2,
        refill(...free) {
          asked.push(free);
          return waiting.splice(0, free[0]);
        },
      });
      for await (const event of pack) {
        if (event.kind === 'finished') outcomes.set(event.id, event.outcome);
        if (event.kind !== 'epoch') continue;
        order.push(`${event.id} ${event.report.epoch}`);
        if (order.length === 2) stop.abort();
      }
      // Trial 2 joins in place of trial 0, whose epoch was its last; then there is room to ask for.
      expect(order).toEqual(['0 1', '1 1', '1 2', '2 1', '1 3', '2 2', '2 3']);
      expect(asked[0]).toEqual([1, 2]);
      expect(outcomes.get('over')).toMatchObject({ status: 'completed', epochs: 1 });
      expect(outcomes.get('gone')).toMatchObject({ status: 'interrupted', epochs: 0 });
      const { options } = members[2] as PackMember;
      const alone = await finish(trainer.trainTrial({ ...options, clock: tickingClock() }));
      expectAlike(outcomes.get('2') as TrialOutcome, alone, 1e-4);
    });

    it('halves where memory runs out, and loses no trial', async () => {
      const most = 2;
      const sizes = new Set<number>();
      const engine = tf.engine();
      const cramped = {
        ...tf,
        // Every product by its tfjs kernel: none by the backend's own ops.
        backend: () => ({}),
        engine: () =>
          new Proxy(engine, {
            get(target, key) {
              if (key !== 'runKernel') return Reflect.get(target, key) as unknown;
              return (kernel: string, inputs: { a?: { shape: number[] } }, attributes: object) => {
                const lanes = inputs.a?.shape[0] ?? 0;
                if (kernel === 'BatchMatMul') {
                  sizes.add(lanes);
                  if (lanes > most) throw new Error('OOM when allocating tensor with shape');
                }
                return target.runKernel(kernel, inputs as never, attributes as never);
              };
            },
          }),
      } as unknown as Tf;
      const poor = createTfjsTrainer(cramped, {}, ways);
      const members = Array.from({ length: 7 }, (_, index) => ({
        id: String(index),
        options: optionsFor(small, signal, { seed: index, epochs: 2 }),
      }));
      const outcomes = await trainAll(members, {}, poor);
      poor.dispose();
      expect([...outcomes.keys()].toSorted()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
      expect([...sizes].toSorted((one, other) => other - one)).toEqual([7, 4, 2, 1]);
      const { options } = members[6] as PackMember;
      const alone = await finish(trainer.trainTrial({ ...options, clock: tickingClock() }));
      expectAlike(outcomes.get('6') as TrialOutcome, alone, 1e-4);
    });

    it('outlives a trial that cannot be trained, and trains other shapes after it', async () => {
      const ends = new Map<string, string>();
      const members = [
        { id: 'a', options: optionsFor(small, signal) },
        { id: 'b', options: optionsFor(small, signal, { resumeFrom: new Uint8Array(3) }) },
        { id: 'c', options: optionsFor({ ...small, width: 5 }, signal) },
      ];
      for await (const event of trainer.trainPack(members)) {
        if (event.kind === 'finished') ends.set(event.id, event.outcome.status);
        if (event.kind === 'failed') ends.set(event.id, event.error.code);
      }
      expect(Object.fromEntries(ends)).toEqual({
        a: 'completed',
        b: 'invalid-input',
        c: 'completed',
      });
    });

    it('settles outcomes when the consumer breaks off', async () => {
      const run = trainer.trainTrial(optionsFor(small, signal));
      for await (const _report of run) break;
      expect(await run.outcome).toMatchObject({ status: 'interrupted', epochs: 1 });
      expect(run.checkpoint()?.epoch).toBe(1);
    });

    it('sizes packs by memory', async () => {
      const epochs: string[] = [];
      const members = ['a', 'b', 'c'].map((id, seed) => ({
        id,
        options: optionsFor(small, signal, { seed, epochs: 2 }),
      }));
      for await (const event of trainer.trainPack(members, { memoryBytes: 1 })) {
        if (event.kind === 'epoch') epochs.push(event.id);
      }
      expect(epochs).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    });
  });

  /** A checkpoint whose weights are no numbers. */
  async function hopeless(options: TrialOptions): Promise<Uint8Array> {
    const run = trainer.trainTrial({ ...options, clock: tickingClock() });
    for await (const _report of run) break;
    const bytes = run.checkpoint()?.bytes ?? new Uint8Array();
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    new Float32Array(bytes.buffer, 8 + headerBytes, 8).fill(Number.NaN);
    return bytes;
  }
}
