import { AppError, numberIn, resolveConfiguration } from '@starling/domain';
import type { PackEvent, PackMember } from '../training/train-pack.ts';
import type { TrialOptions, TrialRun } from '../training/trial-options.ts';
import type { RecurrentChoice } from './cudnn/choose-recurrent.ts';
import { openCudnnLayers } from './cudnn/open-cudnn-layers.ts';
import { FusedPack } from './fused-pack.ts';
import { Lane } from './lane.ts';
import { LaneRandom } from './lane-random.ts';
import { createOps, type Ops } from './ops.ts';
import { SplitCache } from './split-cache.ts';
import type { Tf } from './tensor.ts';
import { type FusedPackOptions, trainGroups, trainLanes } from './train-lanes.ts';

/** A trainer on a tfjs backend; the contract of `trainTrial` and `trainPack`. */
export interface TfjsTrainer {
  /** As the kernels' `trainTrial`, as a pack of one. */
  trainTrial(options: TrialOptions): TrialRun;
  /**
   * As the kernels' `trainPack`, but trials of equal `fusedSignature` and data train as one
   * computation. `seconds` of a report are the epoch's, shared among those that trained.
   */
  trainPack(members: Iterable<PackMember>, options?: FusedPackOptions): AsyncGenerator<PackEvent>;
  /**
   * Milliseconds of one training step of `lanes` trials together, for planning and benches: after
   * one of `leastMs` that warms up, the shortest of `turns` measurements. Nothing is trained.
   */
  probe(
    options: TrialOptions,
    probe: { lanes: number; leastMs: number; turns?: number },
  ): Promise<number>;
  /** Frees what lies on the backend. */
  dispose(): void;
}

/** How recurrent layers are trained, and from how many values on tensors are parts of their own. */
export type TrainerWays = Partial<Pick<RecurrentChoice, 'runtime' | 'mostLanes'>> &
  Partial<Pick<Ops, 'mostJoined'>>;

/**
 * A trainer on the backend that `tf` has set; wait for `tf.ready()` before. Every pack of one
 * trainer shares the data set that it keeps on the backend. Recurrent layers go step by step unless
 * `chooseRecurrent` found something better.
 */
export function createTfjsTrainer(
  tf: Tf,
  defaults: FusedPackOptions = {},
  ways: TrainerWays = {},
): TfjsTrainer {
  const { runtime, mostLanes = 0, mostJoined } = ways;
  const ops = createOps(tf, runtime && openCudnnLayers(tf, runtime, mostLanes), mostJoined);
  const workshop = { ops, random: new LaneRandom(), splits: new SplitCache(ops) };
  return {
    trainTrial(options) {
      const lane = new Lane('trial', options);
      let isStarted = false;
      return {
        outcome: lane.run.outcome,
        get history() {
          return lane.run.history;
        },
        checkpoint: () => lane.checkpoint(),
        async *[Symbol.asyncIterator]() {
          if (isStarted) throw new AppError('internal', 'a trial is iterated once');
          isStarted = true;
          for await (const event of trainGroups(workshop, [lane], {})) {
            if (event.kind === 'epoch') yield event.report;
            if (event.kind === 'failed') throw event.error;
          }
        },
      };
    },
    trainPack: (members, options = {}) =>
      trainLanes(workshop, members, { ...defaults, ...options }),
    async probe(options, { lanes, leastMs, turns = 1 }) {
      const { configuration } = options;
      const rate = numberIn(resolveConfiguration(configuration), 'learningRate');
      // Rates that differ, as those of a sweep do.
      const all = Array.from({ length: lanes }, (_, seed) => {
        const own = { ...configuration, learningRate: rate * (1 + seed / 1024) };
        return new Lane(String(seed), { ...options, configuration: own, seed });
      });
      const pack = new FusedPack(workshop, all as [Lane, ...Lane[]]);
      try {
        await pack.timeSteps(leastMs);
        let shortest = Number.POSITIVE_INFINITY;
        for (let turn = 0; turn < turns; turn++) {
          shortest = Math.min(shortest, await pack.timeSteps(leastMs));
        }
        return shortest;
      } finally {
        pack.close();
      }
    },
    dispose() {
      workshop.splits.dispose();
      ops.disposeConstants();
    },
  };
}
