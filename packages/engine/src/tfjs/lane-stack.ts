import type { OptimizerKind } from '@starling/domain';
import type { TrainingState } from '../training/checkpoint.ts';
import { openPartOptimizer } from './lane-optimizer.ts';
import type { LanePart, LanePlan } from './lane-plan.ts';
import type { LaneWeights } from './lane-step.ts';
import { type LaneStep, type PartOptimizer, prepare } from './lane-update.ts';
import type { Ops } from './ops.ts';
import type { Tensor } from './tensor.ts';

/** As of the last finished epoch: weights by part, states of the optimizers by learned part. */
interface Saved {
  weights: readonly Tensor[];
  states: readonly (readonly Tensor[])[];
}

interface LearnedPart {
  plan: LanePart;
  /** Among all parts. */
  index: number;
  optimizer: PartOptimizer;
}

/**
 * The weights and optimizer states of the lanes of a pack on the backend. Tensors never change:
 * what the last finished epoch left stays as it was while the next one trains.
 */
export class LaneStack {
  readonly #ops: Ops;
  readonly #plan: LanePlan;
  readonly #kind: OptimizerKind;
  readonly #learned: readonly LearnedPart[];
  #live: readonly Tensor[];
  #saved: Saved;
  /** The weights of each lane's best epoch. */
  #best: readonly Tensor[];

  /** Uploads states, in the kernels' layout. */
  constructor(ops: Ops, plan: LanePlan, kind: OptimizerKind, states: readonly TrainingState[]) {
    this.#ops = ops;
    this.#plan = plan;
    this.#kind = kind;
    this.#learned = plan.parts.flatMap((part, index) =>
      part.isLearned ? [{ plan: part, index, optimizer: openPartOptimizer(ops, kind, part) }] : [],
    );
    const { best, ...saved } = this.#upload(states);
    this.#best = best;
    this.#saved = saved;
    this.#live = saved.weights;
    this.#writeStates();
  }

  get live(): LaneWeights {
    return this.#live;
  }

  /**
   * One step by what a batch says of every part: a gradient, or statistics as it moved them. Of
   * the tidy around it; to be taken over by `advance`.
   */
  step(steps: readonly LaneStep[], found: readonly Tensor[]): Tensor[] {
    const next = [...found];
    const pairs = this.#learned.map(({ index }) => ({
      w: this.#live[index] as Tensor,
      g: found[index] as Tensor,
    }));
    prepare(this.#ops, this.#kind, steps, pairs).forEach(({ w, g }, at) => {
      const { index, optimizer } = this.#learned[at] as LearnedPart;
      next[index] = optimizer.move(steps, w, g);
    });
    return next;
  }

  /** Takes over what a step made. */
  advance(weights: readonly Tensor[]): void {
    const old = this.#live;
    this.#live = weights;
    this.#release(old);
  }

  /** The epoch is finished: what lives now is what checkpoints have. */
  save(isBetter: readonly boolean[]): void {
    const old = this.#saved;
    this.#saved = {
      weights: this.#live,
      states: this.#learned.map(({ optimizer }) => optimizer.read()),
    };
    this.#release(old.weights);
    disposeAll(old.states.flat());
    if (!isBetter.some(Boolean)) return;
    const { tf } = this.#ops;
    const better = tf.tidy(() => {
      const choice = tf.tensor(isBetter.map(Number), [isBetter.length, 1], 'bool');
      return this.#live.map((now, part) => tf.where(choice, now, this.#best[part] as Tensor));
    });
    disposeAll(this.#best);
    this.#best = better;
  }

  /** Goes back to the last finished epoch. */
  restore(): void {
    this.advance(this.#saved.weights);
    this.#writeStates();
  }

  /** The best weights of some lanes; of the tidy around it. */
  best(positions: readonly number[]): Tensor[] {
    const indices = this.#indices(positions);
    return this.#best.map((rows) => this.#ops.gather(rows, indices));
  }

  /** Fills the arrays of a lane's state with what is saved. */
  read(position: number, state: TrainingState): void {
    const { weights, states } = this.#saved;
    this.#plan.parts.forEach((part, index) => {
      this.#fetchRow(weights[index], position, state.weights, part);
      this.#fetchRow(this.#best[index], position, state.bestWeights, part);
    });
    this.#learned.forEach(({ plan, optimizer }, at) => {
      state.optimizer.forEach(({ values }, own) => {
        this.#fetchRow(states[at]?.[own], position, values, plan, optimizer.scales[own]);
      });
    });
  }

  /** Between two epochs: keeps the lanes at `positions`, in that order, and adds others behind. */
  rearrange(positions: readonly number[], added: readonly TrainingState[]): void {
    const { tf } = this.#ops;
    const fresh = added.length === 0 ? undefined : this.#upload(added);
    const old = this.#saved;
    const join = (rows: readonly Tensor[], behind: readonly Tensor[] | undefined): Tensor[] => {
      const kept = tf.tidy(() => {
        const indices = this.#indices(positions);
        return rows.map((tensor, index) => {
          const own = this.#ops.gather(tensor, indices);
          const other = behind?.[index];
          return other === undefined ? own : this.#ops.concat([own, other], 0);
        });
      });
      disposeAll([...rows, ...(behind ?? [])]);
      return kept;
    };
    const weights = join(old.weights, fresh?.weights);
    const states = old.states.map((own, part) => join(own, fresh?.states[part]));
    this.#best = join(this.#best, fresh?.best);
    this.#saved = { weights, states };
    this.#live = weights;
    this.#writeStates();
  }

  dispose(): void {
    disposeAll([...new Set([...this.#live, ...this.#saved.weights])]);
    disposeAll([...this.#saved.states.flat(), ...this.#best]);
    for (const { optimizer } of this.#learned) optimizer.dispose();
  }

  #writeStates(): void {
    const { states } = this.#saved;
    for (const [at, { optimizer }] of this.#learned.entries()) optimizer.write(states[at] ?? []);
  }

  #upload(states: readonly TrainingState[]): Saved & { best: Tensor[] } {
    const { tf } = this.#ops;
    const rowsOf = (
      of: (state: TrainingState) => Float32Array,
      { size, places }: LanePart,
      scale = 1,
    ): Tensor => {
      const values = new Float32Array(states.length * size);
      for (const [lane, state] of states.entries()) {
        const flat = of(state);
        for (let value = 0; value < size; value++) {
          values[lane * size + value] = (flat[places[value] as number] as number) / scale;
        }
      }
      return tf.keep(tf.tensor(values, [states.length, size]));
    };
    const { parts } = this.#plan;
    return {
      weights: parts.map((part) => rowsOf((state) => state.weights, part)),
      states: this.#learned.map(({ plan, optimizer }) =>
        optimizer.scales.map((scale, own) =>
          rowsOf((state) => state.optimizer[own]?.values ?? state.weights, plan, scale),
        ),
      ),
      best: parts.map((part) => rowsOf((state) => state.bestWeights, part)),
    };
  }

  #fetchRow(
    rows: Tensor | undefined,
    position: number,
    to: Float32Array,
    { size, places }: LanePart,
    scale = 1,
  ): void {
    if (rows === undefined) throw new TypeError('a part of the pack is missing');
    const row = this.#ops.tf.tidy(() => this.#ops.slice(rows, [position, 0], [1, size]));
    const values = row.dataSync<'float32'>();
    row.dispose();
    for (let value = 0; value < size; value++) {
      to[places[value] as number] = (values[value] as number) * scale;
    }
  }

  #indices(positions: readonly number[]): Tensor {
    return this.#ops.tf.tensor(Int32Array.from(positions), [positions.length], 'int32');
  }

  /** Disposes weights that neither live nor are saved. */
  #release(old: readonly Tensor[]): void {
    const used = new Set([...this.#live, ...this.#saved.weights]);
    disposeAll(old.filter((tensor) => !used.has(tensor)));
  }
}

function disposeAll(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}
