import { planParameters, readSlot, writeSlot } from '../network/parameter-slots.ts';
import { createLaneSplit } from '../tfjs/create-lane-split.ts';
import type { CudnnLayers } from '../tfjs/cudnn/cudnn-packing.ts';
import { drawMasks } from '../tfjs/lane-masks.ts';
import { createLaneNetwork } from '../tfjs/lane-network.ts';
import { createLaneObjective } from '../tfjs/lane-objective.ts';
import { stateNames } from '../tfjs/lane-optimizer.ts';
import { dropoutsOf, planLanes } from '../tfjs/lane-plan.ts';
import { LaneRandom } from '../tfjs/lane-random.ts';
import { LaneStack } from '../tfjs/lane-stack.ts';
import { learnLanes } from '../tfjs/lane-step.ts';
import { createOps, type Ops } from '../tfjs/ops.ts';
import type { Tensor, Tf } from '../tfjs/tensor.ts';
import { rowsInOrder } from '../training/evaluate.ts';
import type { NamedTensors } from './golden.ts';
import type { StepOptions, StepSession, StepTrainer } from './step-trainer.ts';

/** How the trainer is told to go about it. */
interface Ways {
  /** Recurrent layers by cuDNN. */
  cudnn?: CudnnLayers;
  /** Tensors of more values than this are parts of their own. */
  mostJoined?: number;
}

/** The tfjs trainer one step at a time, as a pack of one lane. */
export function tfjsStepTrainer(name: string, tf: Tf, ways: Ways = {}): StepTrainer {
  return {
    name: `tfjs (${name})`,
    open: (options) => openSession(createOps(tf, ways.cudnn, ways.mostJoined), options),
  };
}

function openSession(ops: Ops, options: StepOptions): StepSession {
  const { spec, batch: split, seed = 0, settings } = options;
  const { tf } = ops;
  const slots = planParameters(spec);
  const plan = planLanes(spec, slots, ops.mostJoined);
  const workshop = { ops, plan, network: createLaneNetwork(plan) };
  const objective = createLaneObjective(ops, [options.objective], spec.classes);
  const rows = createLaneSplit(ops, spec, options.shape, plan, split, options.standardisation);
  const order = Int32Array.from(rowsInOrder(split.rows));
  const epoch = rows.openEpoch([order]);
  const random = new LaneRandom();
  const lane = { seed, epoch: 1, dropouts: dropoutsOf(spec) };
  const flat = new Float32Array(slots.size);
  for (const slot of slots.slots) {
    const values = options.weights.get(slot.name);
    if (values === undefined) throw new TypeError(`no weights for ${slot.name}`);
    writeSlot(slot, flat, values);
  }
  const state = {
    seed,
    epoch: 0,
    step: 0,
    bestEpoch: 0,
    history: [],
    weights: flat,
    bestWeights: new Float32Array(slots.size),
    optimizer: stateNames(settings.kind).map((name) => ({
      name,
      values: new Float32Array(slots.size),
    })),
  };
  const stack = new LaneStack(ops, plan, settings.kind, [state]);
  let steps = 0;

  function learn() {
    const batch = epoch.load(0, split.rows);
    const masks = drawMasks(ops, random, plan, [lane], batch, steps);
    const found = learnLanes(workshop, objective, stack.live, batch, masks);
    return { ...found, batch };
  }

  /** By name, of the kernels' flat buffer. */
  function named(all: Float32Array, isGradient: boolean): NamedTensors {
    const wanted = slots.slots.filter((slot) => slot.isLearned || !isGradient);
    return new Map(wanted.map((slot) => [slot.name, readSlot(slot, all)]));
  }

  /** Tensors of the parts in the kernels' layout. */
  function placed(tensors: readonly Tensor[]): Float32Array {
    const all = new Float32Array(slots.size);
    plan.parts.forEach(({ places }, part) => {
      floats(tensors[part] as Tensor).forEach((value, index) => {
        all[places[index] as number] = value;
      });
    });
    return all;
  }

  const floats = (tensor: Tensor): Float32Array => tensor.dataSync<'float32'>();

  return {
    inspect() {
      let seen: ReturnType<StepSession['inspect']> | undefined;
      tf.tidy(() => {
        const { logits, losses, found, batch } = learn();
        const inBatch = floats(logits);
        const { classes } = spec;
        const lengths = batch.lengths?.[0];
        const inOrder = new Float32Array(inBatch.length);
        const at = rows.evaluation(0, split.rows).order;
        for (let index = 0; index < split.rows; index++) {
          const from = inBatch.subarray(index * classes, (index + 1) * classes);
          inOrder.set(from, (lengths === undefined ? index : (at?.[index] ?? index)) * classes);
        }
        const [loss = Number.NaN] = floats(losses);
        seen = { loss, logits: inOrder, gradients: named(placed(found), true) };
      });
      if (seen === undefined) throw new TypeError('nothing was seen');
      return seen;
    },
    step() {
      steps++;
      const lanes = [{ settings, step: steps, learningRate: settings.learningRate }];
      const made = tf.tidy(() => {
        const { losses, found } = learn();
        return [losses, ...stack.step(lanes, found)];
      });
      const [losses, ...weights] = made as [Tensor, ...Tensor[]];
      stack.advance(weights);
      const [loss = Number.NaN] = floats(losses);
      losses.dispose();
      return loss;
    },
    weights() {
      stack.save([false]);
      stack.read(0, state);
      return named(state.weights, false);
    },
  };
}
