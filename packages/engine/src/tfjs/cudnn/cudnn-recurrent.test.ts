import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../safetensors/read-safetensors.ts';
import { type CudnnStandIn, createCudnnStandIn } from '../../testing/cudnn-stand-in.ts';
import { readGolden } from '../../testing/golden.ts';
import { relativeError } from '../../testing/relative-error.ts';
import { tfjsStepTrainer } from '../../testing/tfjs-step-trainer.ts';
import { gateOrder } from '../lane-plan.ts';
import { createLaneEitherRecurrent } from '../layers/either-recurrent.ts';
import type { LanePass } from '../layers/lane-layer.ts';
import { createOps } from '../ops.ts';
import type { Tensor } from '../tensor.ts';
import { compareRecurrent } from './choose-recurrent.ts';
import { askPacking, cudnnAttributes } from './cudnn-packing.ts';
import type { CudnnRuntime } from './cudnn-runtime.ts';
import { openCudnnLayers } from './open-cudnn-layers.ts';

await tf.setBackend('cpu');
await tf.ready();

// PyTorch's own layers, forward and backward: golden/make_recurrent.py.
const file = readSafetensors(
  readFileSync(new URL('../../../golden/recurrent-layers.safetensors', import.meta.url)),
);
const [steps, rows, inputs, H] = [4, 3, 2, 3];
const lanes = [0, 1];
const TOLERANCE = 1e-5;

interface Case {
  name: string;
  cell: 'gru' | 'lstm';
  isBidirectional: boolean;
  isRagged: boolean;
}
const cases: Case[] = [
  { name: 'gru', cell: 'gru', isBidirectional: false, isRagged: false },
  { name: 'gru-bidirectional-ragged', cell: 'gru', isBidirectional: true, isRagged: true },
  { name: 'lstm-ragged', cell: 'lstm', isBidirectional: false, isRagged: true },
  { name: 'lstm-bidirectional', cell: 'lstm', isBidirectional: true, isRagged: false },
];

function floats(name: string): Float32Array {
  const values = file.tensors.get(name)?.values;
  if (values instanceof Float32Array) return values;
  throw new TypeError(`the golden file has no floats ${name}`);
}

function integers(name: string): Int32Array {
  const values = file.tensors.get(name)?.values;
  if (values instanceof Int32Array) return values;
  throw new TypeError(`the golden file has no integers ${name}`);
}

/** PyTorch's names of the tensors of a layer, direction by direction. */
function namesOf({ isBidirectional }: Case): string[][] {
  return (isBidirectional ? ['', '_reverse'] : ['']).map((suffix) =>
    ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map((part) => `${part}_l0${suffix}`),
  );
}

const gatesOf = ({ cell }: Case): number => (cell === 'gru' ? 3 : 4);
const directionsOf = ({ isBidirectional }: Case): number => (isBidirectional ? 2 : 1);

/** PyTorch's [gates · H, columns] as our [columns, gates · H]; biases have one column. */
function asSlot(own: Case, values: Float32Array): Float32Array {
  const [gates, columns] = [gatesOf(own), values.length / (gatesOf(own) * H)];
  const slot = new Float32Array(values.length);
  gateOrder[own.cell].forEach((gate, place) => {
    for (let unit = 0; unit < H; unit++) {
      for (let column = 0; column < columns; column++) {
        const value = values[(gate * H + unit) * columns + column] as number;
        slot[column * gates * H + place * H + unit] = value;
      }
    }
  });
  return slot;
}

/** A pack of both lanes of a case, as a layer of a network takes it. */
function passOf(
  own: Case,
  runtime: CudnnRuntime | undefined,
  { mostLanes = 8, isExact = true } = {},
): LanePass {
  const slots = namesOf(own).flat();
  const width = (slot: string) => (slot.includes('ih') ? inputs : H);
  const weights = slots.map((slot) => {
    const all = lanes.flatMap((lane) => [
      ...asSlot(own, floats(`${own.name}/${lane}/parameters/${slot}`)),
    ]);
    const height = slot.startsWith('bias') ? 1 : width(slot);
    return tf.tensor(all, [lanes.length, height, gatesOf(own) * H]);
  });
  const lengths = lanes.map((lane) => integers(`${own.name}/${lane}/lengths`));
  const valid = lengths.flatMap((each) =>
    Array.from({ length: steps }, (_, step) => [...each].map((length) => Number(length > step))),
  );
  return {
    ops: { ...createOps(tf, runtime && openCudnnLayers(tf, runtime, mostLanes)), isExact },
    lanes: lanes.length,
    isTraining: true,
    weights,
    gradients: [],
    sequence: {
      steps,
      valid: own.isRagged ? tf.tensor(valid.flat(), [lanes.length, steps, rows, 1]) : undefined,
      lengths: own.isRagged ? lengths : undefined,
      last: tf.zeros([1]),
      inverseLengths: tf.zeros([1]),
    },
  };
}

/** The golden tensors of a name, lane behind lane. */
const both = (own: Case, name: string): number[] =>
  lanes.flatMap((lane) => [...floats(`${own.name}/${lane}/${name}`)]);

/** PyTorch's last states [directions, rows, H] of both lanes as our [lanes, rows, features]. */
function statesOf(own: Case, name: string): number[] {
  const D = directionsOf(own);
  const tensor = tf.tensor(both(own, name), [lanes.length, D, rows, H]);
  return [...tf.transpose(tensor, [0, 2, 1, 3]).dataSync()];
}

const open: CudnnStandIn[] = [];
function standIn(isBackward = false): CudnnStandIn {
  const made = createCudnnStandIn(tf, isBackward);
  open.push(made);
  return made;
}
afterEach(() => {
  for (const made of open.splice(0)) expect(made.open).toBe(0);
});

describe('the stand-in for cuDNN', () => {
  it.each(cases)('computes what PyTorch does from its tensors in cuDNN’s order: $name', (own) => {
    const runtime = standIn();
    const D = directionsOf(own);
    // Gate by gate as PyTorch has them, which is the order of cuDNN's linear layers.
    const parts = (lane: string, kind: string) =>
      namesOf(own)
        .flat()
        .filter((name) => name.startsWith(kind))
        .flatMap((name) => {
          const values = floats(`${own.name}/${lane}/parameters/${name}`);
          const size = values.length / gatesOf(own);
          return Array.from({ length: gatesOf(own) }, (_, gate) => {
            const part = values.slice(gate * size, (gate + 1) * size);
            return kind === 'bias' ? tf.tensor(part, [H]) : tf.tensor(part, [H, size / H]);
          });
        });
    const attributes = cudnnAttributes({ ...own, inputs, hidden: H });
    const integer = (value: number) => tf.scalar(value, 'int32');
    const weights = parts('0', 'weight');
    const counts = { num_params_weights: weights.length, num_params_biases: weights.length };
    const [params] = runtime.run(
      'CudnnRNNCanonicalToParamsV2',
      { ...attributes, ...counts },
      [integer(1), integer(H), integer(inputs), ...weights, ...parts('0', 'bias')],
      1,
    );
    const x = tf.tensor(floats(`${own.name}/0/x`), [steps, rows, inputs]);
    const lengths = tf.tensor(integers(`${own.name}/0/lengths`), [rows], 'int32');
    const nothing = tf.zeros([D, rows, H]);
    const memory = own.cell === 'lstm' ? nothing : tf.scalar(0);
    const given = [x, nothing, memory, params as Tensor, lengths];
    const made = runtime.run(
      'CudnnRNNV3',
      { ...attributes, is_training: true, time_major: true },
      given,
      5,
    );
    const [output, state, memories, reserve, host] = made as Tensor[];
    expect(
      relativeError((output as Tensor).dataSync(), floats(`${own.name}/0/output`)),
    ).toBeLessThan(TOLERANCE);
    expect(relativeError((state as Tensor).dataSync(), floats(`${own.name}/0/state`))).toBeLessThan(
      TOLERANCE,
    );
    const dOutput = tf.tensor(floats(`${own.name}/0/d_output`), [steps, rows, D * H]);
    const [dx] = runtime.run(
      'CudnnRNNBackpropV3',
      { ...attributes, time_major: true },
      [...given, output, state, memories, dOutput, nothing, memory, reserve, host] as Tensor[],
      4,
    );
    runtime.release(made[4] as { rawId: number });
    expect(
      relativeError((dx as Tensor).dataSync(), floats(`${own.name}/0/output/dx`)),
    ).toBeLessThan(TOLERANCE);
  });
});

const ways = [
  'cuDNN',
  'cuDNN with its buffer in another order',
  'steps',
  'steps on a card',
] as const;
describe.each(ways)('by %s', (way) => {
  const isStepwise = way === 'steps' || way === 'steps on a card';
  const runtimeOf = () => (isStepwise ? undefined : standIn(way !== 'cuDNN'));

  describe.each(cases)('a pack of two layers $name', (own) => {
    it.each([true, false])('has PyTorch’s results and gradients (all states: %s)', (isAll) => {
      const runtime = runtimeOf();
      tf.tidy(() => {
        const pass = passOf(own, runtime, { isExact: way !== 'steps on a card' });
        const slots = [...pass.weights.keys()];
        const { cell, isBidirectional: bidirectional } = own;
        const options = { hidden: H, bidirectional, returnSequence: isAll };
        const layer = createLaneEitherRecurrent(slots, { kind: cell, ...options });
        const x = tf.tensor(both(own, 'x'), [lanes.length, steps, rows, inputs]);
        const D = directionsOf(own);
        const y = layer.forward(x, pass);
        const wanted = isAll ? both(own, 'output') : statesOf(own, 'state');
        const valid = pass.sequence?.valid;
        const seen = isAll && valid !== undefined ? tf.mul(y, valid) : y;
        expect(relativeError(seen.dataSync(), wanted)).toBeLessThan(TOLERANCE);
        const dy = isAll
          ? tf.tensor(both(own, 'd_output'), [lanes.length, steps, rows, D * H])
          : tf.tensor(statesOf(own, 'd_state'), [lanes.length, rows, D * H]);
        const dx = layer.backward(dy, pass, true) as Tensor;
        const loss = isAll ? 'output' : 'state';
        expect(relativeError(dx.dataSync(), both(own, `${loss}/dx`))).toBeLessThan(TOLERANCE);
        namesOf(own)
          .flat()
          .forEach((name, slot) => {
            const expected = lanes.flatMap((lane) => [
              ...asSlot(own, floats(`${own.name}/${lane}/${loss}/${name}`)),
            ]);
            const actual = pass.gradients[slot]?.dataSync() ?? [];
            expect(relativeError(actual, expected), name).toBeLessThan(TOLERANCE);
          });
        pass.ops.disposeConstants();
      });
      const count = (name: string) => runtime?.calls.filter((call) => call === name).length ?? 0;
      const calls = isStepwise ? 0 : lanes.length;
      expect([count('CudnnRNNV3'), count('CudnnRNNBackpropV3')]).toEqual([calls, calls]);
    });
  });
});

it.each(['variable-rnn-deep', 'rnn-attention', 'rnn-mean'] as const)(
  'whole networks of layers by cuDNN have PyTorch’s gradients: %s',
  (name) => {
    const golden = readGolden(name);
    const runtime = standIn();
    const layers = openCudnnLayers(tf, runtime, 1);
    const settings = { kind: 'sgd', learningRate: 0.1, weightDecay: 0, momentum: 0 } as const;
    const trainer = tfjsStepTrainer('cuDNN’s stand-in', tf, { cudnn: layers });
    const session = trainer.open({ ...golden, settings, weights: golden.initial });
    const { logits, loss, gradients } = session.inspect();
    expect(runtime.calls).toContain('CudnnRNNBackpropV3');
    expect(relativeError(logits, golden.logits)).toBeLessThan(1e-4);
    expect(relativeError([loss], [golden.loss])).toBeLessThan(1e-4);
    for (const [tensor, expected] of golden.gradients) {
      expect(relativeError(gradients.get(tensor) ?? [], expected), tensor).toBeLessThan(1e-4);
    }
  },
);

it('packs of more lanes than pay go step by step', () => {
  const runtime = standIn();
  tf.tidy(() => {
    const own = cases[0] as Case;
    const pass = passOf(own, runtime, { mostLanes: 1 });
    const options = { hidden: H, bidirectional: false, returnSequence: false };
    const layer = createLaneEitherRecurrent([0, 1, 2, 3], { kind: 'gru', ...options });
    layer.forward(tf.zeros([lanes.length, steps, rows, inputs]), pass);
    pass.ops.disposeConstants();
  });
  expect(runtime.calls).toEqual([]);
});

describe('the check of an engine at its start', () => {
  /** Each look at the clock that ends a measurement is so much later. */
  function clockOf(stepsMs: number, callMs: number) {
    let [looks, now] = [0, 0];
    return {
      monotonicMs() {
        looks++;
        if (looks % 2 === 0) now += looks <= 12 ? stepsMs : callMs;
        return now;
      },
    };
  }
  const broken = (break_: (name: string, outputs: Tensor[]) => Tensor[]): CudnnRuntime => {
    const whole = standIn();
    return {
      ...whole,
      run: (name, ...rest) => break_(name, whole.run(name, ...rest) as Tensor[]),
    };
  };

  it('takes cuDNN for as many lanes as its call goes into the steps of a pack', () => {
    const before = tf.memory().numTensors;
    const runtime = standIn();
    const choice = compareRecurrent(tf, runtime, clockOf(10, 3), 2);
    expect(choice).toMatchObject({ way: 'cudnn', mostLanes: 3, runtime });
    expect(choice.reason).toMatch(/^by cuDNN in packs of up to 3: 3.0 ms a trial against 10 ms/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves it where it is slower, wrong, refused or packed otherwise, and says why', () => {
    const clock = clockOf(10, 10);
    expect(compareRecurrent(tf, standIn(), clockOf(2, 3), 2)).toMatchObject({
      way: 'stepwise',
      mostLanes: 0,
      reason: expect.stringContaining('cuDNN takes 3.0 ms') as string,
    });
    const wrong = broken((name, outputs) =>
      name === 'CudnnRNNBackpropV3' ? outputs.map((each) => tf.mul(each, 1.01)) : outputs,
    );
    expect(compareRecurrent(tf, wrong, clock, 2).reason).toMatch(
      /^step by step: cuDNN gave a GRU values off by 0\.01\d* of the largest/,
    );
    const refused = broken((name, outputs) => {
      if (name === 'CudnnRNNBackpropV3') throw new Error('CUDNN_STATUS_EXECUTION_FAILED');
      return outputs;
    });
    expect(compareRecurrent(tf, refused, clock, 2).reason).toBe(
      'step by step: cuDNN failed its check: CUDNN_STATUS_EXECUTION_FAILED',
    );
    const repacked = broken((name, outputs) =>
      name === 'CudnnRNNCanonicalToParamsV2' ? [tf.zerosLike(outputs[0] as Tensor)] : outputs,
    );
    expect(compareRecurrent(tf, repacked, clock, 2).reason).toContain('no rearrangement');
    open.length = 0;
  });

  it('asks where weights belong, and takes no answer that loses one', () => {
    const shape = { cell: 'lstm', inputs: 2, hidden: 3, isBidirectional: true } as const;
    const { toBuffer, fromBuffer } = askPacking(tf, standIn(true), shape);
    expect(toBuffer).toHaveLength(2 * (12 * (2 + 3) + 24));
    expect([...toBuffer].map((place) => fromBuffer[place])).toEqual([...toBuffer.keys()]);
    const longer = { ...standIn(), integers: () => Int32Array.of(1) };
    expect(() => askPacking(tf, longer, shape)).toThrow('cuDNN has 1 parameters');
  });
});
