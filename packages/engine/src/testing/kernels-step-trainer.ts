import { type KernelBuild, loadKernels } from '@starling/kernels';
import { readSlot, writeSlot } from '../network/parameter-slots.ts';
import { capacityFor, createSession, learnFromBatch } from '../training/create-session.ts';
import { rowsInOrder } from '../training/evaluate.ts';
import { createOptimizer } from '../training/optimizer.ts';
import type { NamedTensors } from './golden.ts';
import type { StepOptions, StepSession, StepTrainer } from './step-trainer.ts';

/** The kernels trainer one step at a time, on one of its builds. */
export function kernelsStepTrainer(build: KernelBuild): StepTrainer {
  return { name: `kernels (${build})`, open: (options) => openSession(build, options) };
}

function openSession(build: KernelBuild, options: StepOptions): StepSession {
  const { spec, batch: split } = options;
  const session = createSession({
    spec,
    shape: options.shape,
    capacity: capacityFor(spec, [split], split.rows),
    standardisation: options.standardisation,
    isTraining: true,
    seed: options.seed ?? 0,
    kernels: loadKernels({ build }),
    objective: options.objective,
  });
  const { kernels, network, loader, sums } = session;
  const { arena } = kernels;
  const { plan, parameters, gradients, logits } = network;
  const optimizer = createOptimizer(kernels, options.settings, parameters, gradients, plan);
  const flat = arena.floats(parameters, plan.size);
  for (const slot of plan.slots) {
    const values = options.weights.get(slot.name);
    if (values === undefined) throw new TypeError(`no weights for ${slot.name}`);
    writeSlot(slot, flat, values);
  }
  const order = rowsInOrder(split.rows);
  let steps = 0;

  function learn(): number {
    kernels.clear(sums, 4);
    const batch = loader.load(split, order, 0, split.rows);
    learnFromBatch(session, batch, { isTraining: true, epoch: 1, step: steps });
    return (arena.doubles(sums, 1)[0] ?? Number.NaN) / split.rows;
  }

  function named(pointer: number): NamedTensors {
    const values = arena.floats(pointer, plan.size);
    const slots = pointer === gradients ? plan.slots.filter((slot) => slot.isLearned) : plan.slots;
    return new Map(slots.map((slot) => [slot.name, readSlot(slot, values)]));
  }

  return {
    inspect() {
      const loss = learn();
      const values = arena.floats(logits.value, split.rows * logits.stride);
      const inOrder = new Float32Array(split.rows * spec.classes);
      for (let row = 0; row < split.rows; row++) {
        const start = row * logits.stride;
        const to = (loader.rowIndex[row] ?? 0) * spec.classes;
        inOrder.set(values.subarray(start, start + spec.classes), to);
      }
      return { loss, logits: inOrder, gradients: named(gradients) };
    },
    step() {
      const loss = learn();
      steps++;
      optimizer.update(steps);
      return loss;
    },
    weights: () => named(parameters),
  };
}
