import type { LaneBatch } from './lane-batch.ts';
import type { LaneMasks, LaneNetwork } from './lane-network.ts';
import type { LaneObjective } from './lane-objective.ts';
import type { LanePlan, LaneSlot } from './lane-plan.ts';
import type { LanePass } from './layers/lane-layer.ts';
import type { Ops } from './ops.ts';
import type { Tensor } from './tensor.ts';

/** What stays the same from step to step. */
export interface LaneWorkshop {
  ops: Ops;
  plan: LanePlan;
  network: LaneNetwork;
}

/** The values of all lanes, a tensor [lanes, values] for every part of the plan. */
export type LaneWeights = readonly Tensor[];

export function lanesOf([first]: LaneWeights): number {
  return first?.shape[0] ?? 0;
}

/** Every tensor of the network, [lanes, …], cut out of the parts. */
function slotsOf({ ops, plan }: LaneWorkshop, weights: LaneWeights): Tensor[] {
  const lanes = lanesOf(weights);
  const all: Tensor[] = [];
  plan.parts.forEach((part, index) => {
    const sizes = part.slots.map((slot) => (plan.slots[slot] as LaneSlot).size);
    ops.split(weights[index] as Tensor, sizes, 1).forEach((values, at) => {
      const slot = part.slots[at] as number;
      all[slot] = ops.reshape(values, [lanes, ...(plan.slots[slot] as LaneSlot).shape]);
    });
  });
  return all;
}

function openPass(
  workshop: LaneWorkshop,
  weights: LaneWeights,
  batch: LaneBatch,
  isTraining: boolean,
): LanePass {
  return {
    ops: workshop.ops,
    lanes: lanesOf(weights),
    isTraining,
    weights: slotsOf(workshop, weights),
    gradients: [],
    sequence: batch.sequence,
  };
}

/** The logits of an evaluation, [lanes, rows, classes]. */
export function forwardLanes(
  workshop: LaneWorkshop,
  weights: LaneWeights,
  batch: LaneBatch,
): Tensor {
  return workshop.network.forward(batch.x, openPass(workshop, weights, batch, false));
}

/**
 * Forward, loss and backward of one batch of every lane. Losses [lanes]; of every part of the plan
 * what the batch says of it: the gradient of what is learned, statistics as the batch moved them.
 * Of the tidy around it.
 */
export function learnLanes(
  workshop: LaneWorkshop,
  objective: LaneObjective,
  weights: LaneWeights,
  batch: LaneBatch,
  masks: LaneMasks,
): { logits: Tensor; losses: Tensor; found: Tensor[] } {
  const { ops, plan, network } = workshop;
  const pass = openPass(workshop, weights, batch, true);
  const logits = network.forward(batch.x, pass, masks);
  const { losses, gradient } = objective.learn(logits, batch.labels);
  network.backward(gradient, pass, masks);
  const found = plan.parts.map(({ slots, isLearned }) => {
    const values = isLearned ? pass.gradients : pass.weights;
    const rows = slots.map((slot) => {
      const own = values[slot];
      if (own === undefined) throw new TypeError('a layer gave no gradient');
      return ops.reshape(own, [pass.lanes, (plan.slots[slot] as LaneSlot).size]);
    });
    return ops.concat(rows, 1);
  });
  return { logits, losses, found };
}
