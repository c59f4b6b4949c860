import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { EpochReport } from '@starling/domain';
import type { Measure } from '../training/evaluate.ts';
import type { BestEpoch, TrialOutcome } from '../training/trial-options.ts';
import { writeWeights } from '../training/weights-file.ts';
import type { Lane } from './lane.ts';
import { evaluateLanes, evaluationRows, measureLanes } from './lane-evaluation.ts';
import { drawMasks } from './lane-masks.ts';
import { createLaneNetwork } from './lane-network.ts';
import { createLaneObjective, type LaneObjective } from './lane-objective.ts';
import { type LanePlan, planLanes } from './lane-plan.ts';
import type { LaneRandom } from './lane-random.ts';
import { LaneStack } from './lane-stack.ts';
import { type LaneWorkshop, learnLanes } from './lane-step.ts';
import type { LaneStep } from './lane-update.ts';
import type { Ops } from './ops.ts';
import type { SplitCache, SplitPair } from './split-cache.ts';
import type { Tensor } from './tensor.ts';

/** How long training holds the thread before messages and signals are looked at. */
const BREATH_MS = 25;

/** What packs share: a backend, its data sets, the random numbers. */
export interface PackWorkshop {
  ops: Ops;
  random: LaneRandom;
  splits: SplitCache;
}

/** A lane whose trial is over. */
export interface Ended {
  lane: Lane;
  outcome: TrialOutcome;
}

/** What an epoch gave: reports of those that go on, outcomes of those that did not live through it. */
export interface EpochResult {
  reports: { lane: Lane; report: EpochReport }[];
  ended: Ended[];
}

/**
 * Trials of one key and one data set, trained as one computation. A place without a lane goes on
 * being computed, seen by nobody, until less than half of all are taken; then `compact` gives its
 * room back. Between two epochs every tensor is as of the last finished one.
 */
export class FusedPack {
  readonly #shared: PackWorkshop;
  readonly #workshop: LaneWorkshop;
  readonly #plan: LanePlan;
  readonly #stack: LaneStack;
  readonly #splits: SplitPair;
  readonly #first: Lane;
  /** By place in the tensors; undefined where the trial is over. */
  #places: (Lane | undefined)[];
  #objective: LaneObjective;

  constructor(shared: PackWorkshop, lanes: readonly [Lane, ...Lane[]]) {
    const [first] = lanes;
    this.#shared = shared;
    this.#first = first;
    const { ops } = shared;
    const mostJoined = Math.floor(ops.mostJoined / lanes.length);
    this.#plan = planLanes(first.options.network, first.slots, mostJoined);
    this.#workshop = { ops, plan: this.#plan, network: createLaneNetwork(this.#plan) };
    this.#splits = shared.splits.take(first, this.#plan);
    const states = lanes.map(({ state }) => state);
    this.#stack = new LaneStack(ops, this.#plan, first.settings.kind, states);
    this.#places = [...lanes];
    this.#objective = this.#createObjective();
    this.#attach();
  }

  /** Those that still train, in order. */
  get lanes(): Lane[] {
    return this.#places.filter((lane) => lane !== undefined);
  }

  /** Rows of the tensors, those that nobody needs too. */
  get size(): number {
    return this.#places.length;
  }

  /** Between two epochs: gives room back where less than half of it is taken, or adds lanes. */
  rearrange(added: readonly Lane[]): void {
    const kept = this.#places.flatMap((lane, place) => (lane === undefined ? [] : [place]));
    if (added.length === 0 && 2 * kept.length >= this.#places.length) return;
    this.#stack.rearrange(
      kept,
      added.map(({ state }) => state),
    );
    this.#places = [...this.lanes, ...added];
    this.#objective.dispose();
    this.#objective = this.#createObjective();
    this.#attach();
  }

  /** Trains every lane over all of its rows once, in its own order. */
  async trainEpoch(): Promise<EpochResult> {
    const { clock } = this.#first.options;
    const startMs = clock.monotonicMs();
    const learning = this.lanes.length;
    for (const lane of this.lanes) lane.step = lane.state.step;
    const losses = await this.#learnEpoch();
    if (this.lanes.every((lane) => lane.isLeaving)) {
      losses.dispose();
      return { reports: [], ended: await this.end(this.lanes, 'interrupted') };
    }
    const measures = await this.#look(losses);
    const seconds = (clock.monotonicMs() - startMs) / 1000 / learning;
    const leaving = this.lanes.filter((lane) => lane.isLeaving);
    const diverged = this.#places.filter(
      (lane, place) => lane !== undefined && !lane.isLeaving && measures[place] === undefined,
    ) as Lane[];
    const ended = [
      ...(await this.end(leaving, 'interrupted')),
      ...(await this.end(diverged, 'diverged')),
    ];
    const reports: EpochResult['reports'] = [];
    const isBetter = this.#places.map((lane, place) => {
      const measure = measures[place];
      if (lane === undefined || measure === undefined) return false;
      const report = {
        epoch: lane.epoch + 1,
        ...measure,
        learningRate: lane.learningRate,
        seconds,
      };
      reports.push({ lane, report });
      return lane.finishEpoch(report);
    });
    this.#stack.save(isBetter);
    return { reports, ended };
  }

  /**
   * Milliseconds a step over full batches, of steps that last `leastMs` together. They count for
   * nothing: the states are as before. Throws what a step throws.
   */
  async timeSteps(leastMs: number): Promise<number> {
    const { train } = this.#splits;
    const { clock } = this.#first.options;
    const { batchSize } = this.#first;
    const orders = this.#places.map((_, place) => this.#shared.random.order(place, 1, train.rows));
    const epoch = train.openEpoch(orders);
    let losses: Tensor = this.#shared.ops.tf.zeros([this.size]);
    try {
      const startMs = clock.monotonicMs();
      let steps = 0;
      let start = 0;
      // The work of a backend is done when its results can be read, which costs a little.
      for (let chunk = 1; ; chunk *= 2) {
        for (let step = 0; step < chunk; step++) {
          const before = losses;
          losses = this.#learnBatch(epoch.load, start, batchSize, before);
          before.dispose();
          start = start + 2 * batchSize > train.rows ? 0 : start + batchSize;
        }
        await losses.data();
        steps += chunk;
        const usedMs = clock.monotonicMs() - startMs;
        if (usedMs >= leastMs) return usedMs / steps;
        if (usedMs > leastMs / 4) chunk = Math.ceil(chunk / 2);
      }
    } finally {
      losses.dispose();
      epoch.dispose();
      this.#stack.restore();
    }
  }

  /**
   * Ends trials as of their last finished epoch: their states come back, and their best weights
   * are looked at. Settles their outcomes.
   */
  async end(
    lanes: readonly Lane[],
    status: TrialOutcome['status'],
    reason: string | null = null,
  ): Promise<Ended[]> {
    if (lanes.length === 0) return [];
    const bests = await this.#bestOf(lanes);
    return lanes.map((lane, index) => {
      this.#detach(lane);
      const { epoch, history } = lane.state;
      const best = bests[index] ?? null;
      const outcome: TrialOutcome = { status, reason, epochs: epoch, history, best };
      lane.settle(outcome);
      return { lane, outcome };
    });
  }

  /** Takes the states of all lanes back, as of their last finished epoch, and frees everything. */
  release(): Lane[] {
    const { lanes } = this;
    for (const lane of lanes) this.#detach(lane);
    this.close();
    return lanes;
  }

  close(): void {
    this.#stack.dispose();
    this.#objective.dispose();
    this.#splits.release();
  }

  #createObjective(): LaneObjective {
    const { classes } = this.#first.options.network;
    const objectives = this.#places.map((lane) => lane?.objective);
    return createLaneObjective(this.#shared.ops, objectives, classes);
  }

  /** Lets checkpoints find the lanes' rows. */
  #attach(): void {
    this.#places.forEach((lane, place) => {
      if (lane !== undefined) lane.fetch = () => this.#stack.read(place, lane.state);
    });
  }

  #detach(lane: Lane): void {
    lane.fetch?.();
    lane.fetch = undefined;
    lane.isLeaving = false;
    const place = this.#places.indexOf(lane);
    if (place >= 0) this.#places[place] = undefined;
  }

  /** Sums of the batches' losses, [lanes]: not finite where one of them was not. */
  async #learnEpoch(): Promise<Tensor> {
    const { ops, random } = this.#shared;
    const { tf } = ops;
    const { train } = this.#splits;
    const { clock } = this.#first.options;
    const { batchSize } = this.#first;
    const orders = this.#places.map((lane) => {
      const { state } = lane ?? (this.lanes[0] as Lane);
      return random.order(state.seed, state.epoch + 1, train.rows);
    });
    const epoch = train.openEpoch(orders);
    let losses: Tensor = tf.zeros([this.size]);
    let breathMs = clock.monotonicMs();
    try {
      for (let start = 0; start < train.rows; start += batchSize) {
        const before = losses;
        losses = this.#learnBatch(
          epoch.load,
          start,
          Math.min(batchSize, train.rows - start),
          losses,
        );
        before.dispose();
        if (clock.monotonicMs() - breathMs < BREATH_MS) continue;
        await letOthersRun();
        for (const lane of this.lanes) {
          if (lane.options.signal?.aborted === true) lane.isLeaving = true;
        }
        if (this.lanes.every((lane) => lane.isLeaving)) break;
        breathMs = clock.monotonicMs();
      }
    } catch (error) {
      losses.dispose();
      throw error;
    } finally {
      epoch.dispose();
    }
    return losses;
  }

  /** One step of every lane; the sums of losses with those of the batch. */
  #learnBatch(
    load: ReturnType<SplitPair['train']['openEpoch']>['load'],
    start: number,
    count: number,
    before: Tensor,
  ): Tensor {
    const { ops, random } = this.#shared;
    const { live } = this.#stack;
    const taken = this.#places.map((lane) => lane?.takeStep());
    const one = taken.find((each) => each !== undefined);
    const steps = taken.map((each) => each ?? idle(this.#first, one));
    const masked = this.#places.map((lane) => ({
      seed: lane?.state.seed ?? 0,
      epoch: (lane?.epoch ?? 0) + 1,
      dropouts: lane?.dropouts ?? [],
    }));
    const batchNumber = Math.floor(start / this.#first.batchSize);
    const { tf } = ops;
    const made = tf.tidy(() => {
      // What the batch needed is free before the optimizer looks for memory.
      const [losses, ...found] = tf.tidy(() => {
        const batch = load(start, count);
        const masks = drawMasks(ops, random, this.#plan, masked, batch, batchNumber);
        const learned = learnLanes(this.#workshop, this.#objective, live, batch, masks);
        return [learned.losses, ...learned.found];
      }) as [Tensor, ...Tensor[]];
      return [ops.add(before, losses), ...this.#stack.step(steps, found)];
    });
    const [sums, ...weights] = made as [Tensor, ...Tensor[]];
    this.#stack.advance(weights);
    return sums;
  }

  /** Looks at a split with the weights as they are. */
  #measure(part: 'train' | 'validation'): Promise<Measure[]> {
    const { network, data } = this.#first.options;
    return measureLanes(this.#workshop, this.#stack.live, {
      rows: this.#splits[part],
      split: data[part],
      classes: network.classes,
      rowsAtOnce: evaluationRows(network, data[part], this.size),
    });
  }

  /** What a report says of the weights, by place; undefined where a loss is no finite number. */
  async #look(losses: Tensor) {
    const learned = await losses.data().finally(() => losses.dispose());
    const train = await this.#measure('train');
    const validation = await this.#measure('validation');
    const { classes } = this.#first.options.network;
    return this.#places.map((_, place) => {
      const [seen, unseen] = [train[place] as Measure, validation[place] as Measure];
      if (![learned[place], seen.loss, unseen.loss].every(Number.isFinite)) return undefined;
      return {
        trainLoss: seen.loss,
        trainAccuracy: seen.accuracy,
        validationLoss: unseen.loss,
        validationAccuracy: unseen.accuracy,
        trainMacroF1: seen.macroF1,
        validationMacroF1: unseen.macroF1,
        ...(classes === 2 ? { trainAuc: seen.auc, validationAuc: unseen.auc } : {}),
      };
    });
  }

  async #bestOf(lanes: readonly Lane[]): Promise<(BestEpoch | undefined)[]> {
    const { ops } = this.#shared;
    const { network, data } = this.#first.options;
    const known = lanes.filter(({ state }) => state.bestEpoch > 0);
    if (known.length === 0) return [];
    const places = known.map((lane) => this.#places.indexOf(lane));
    const evaluated = {
      rows: this.#splits.validation,
      split: data.validation,
      classes: network.classes,
      rowsAtOnce: evaluationRows(network, data.validation, known.length),
    };
    const weights = ops.tf.tidy(() => this.#stack.best(places));
    const found = await evaluateLanes(this.#workshop, weights, evaluated).finally(() => {
      for (const tensor of weights) tensor.dispose();
    });
    return lanes.map((lane): BestEpoch | undefined => {
      const evaluation = found[known.indexOf(lane)];
      const report = lane.state.history[lane.state.bestEpoch - 1];
      if (evaluation === undefined || report === undefined) return undefined;
      lane.fetch?.();
      const spec = JSON.stringify(lane.options.network);
      return {
        report,
        confusionMatrix: evaluation.confusionMatrix,
        validationAuc: evaluation.auc,
        weights: writeWeights(lane.slots, lane.state.bestWeights, { network: spec }),
      };
    });
  }
}

/** The step of a place without a lane, that of another: nobody sees what it changes. */
function idle({ settings }: Lane, other: LaneStep | undefined): LaneStep {
  const { step = 1, learningRate = 0 } = other ?? {};
  return { settings: { ...settings, weightDecay: 0, clipNorm: 0 }, step, learningRate };
}
