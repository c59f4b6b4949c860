import { setImmediate as letOthersRun } from 'node:timers/promises';
import { AppError, type EpochReport } from '@starling/domain';
import type { TrialOptions, TrialOutcome, TrialRun } from './trial-options.ts';
import { openTrial, type TrialState } from './trial-state.ts';

/** How long training holds the thread before messages and the signal are looked at. */
const BREATH_MS = 25;

type Ending = TrialOutcome['status'];

/**
 * Trains one trial on the kernels. Throws at once, before anything is trained, for a
 * configuration, data or checkpoint that do not fit: an AppError that names what is wrong.
 */
export function trainTrial(options: TrialOptions): TrialRun {
  const state = openTrial(options);
  const { promise, resolve, reject } = Promise.withResolvers<TrialOutcome>();
  let isStarted = false;
  // A consumer that ends the iteration early may never look at the outcome.
  promise.catch(() => {});
  return {
    outcome: promise,
    get history() {
      return state.history;
    },
    checkpoint: () => state.checkpoint(),
    async *[Symbol.asyncIterator]() {
      if (isStarted) throw new AppError('internal', 'a trial is iterated once');
      isStarted = true;
      // Stays so where the consumer breaks off: then only `finally` is reached.
      let settle = () => resolve(outcomeOf(state, options, 'interrupted'));
      try {
        const ending = yield* runEpochs(state, options);
        settle = () => resolve(outcomeOf(state, options, ending));
      } catch (error) {
        settle = () => reject(error);
        throw error;
      } finally {
        settle();
        state.close();
      }
    },
  };
}

async function* runEpochs(
  state: TrialState,
  options: TrialOptions,
): AsyncGenerator<EpochReport, Ending, undefined> {
  const { clock, signal, epochs, onCheckpoint } = options;
  const everyMs = (options.checkpointEverySeconds ?? Number.POSITIVE_INFINITY) * 1000;
  let savedMs = clock.monotonicMs();
  for (let epoch = state.epoch + 1; epoch <= epochs; epoch++) {
    // Here and not behind the epoch: a trial may be resumed when its patience is at its end.
    if (state.exhaustion !== null) return 'completed';
    const startMs = clock.monotonicMs();
    const ending = await trainEpoch(state, epoch, options);
    if (ending !== undefined) return ending;
    const report = state.finishEpoch(epoch, () => (clock.monotonicMs() - startMs) / 1000);
    if (report === null) return 'diverged';
    yield report;
    if (onCheckpoint !== undefined && clock.monotonicMs() - savedMs >= everyMs) {
      const checkpoint = state.checkpoint();
      if (checkpoint !== null) await onCheckpoint(checkpoint);
      savedMs = clock.monotonicMs();
    }
    if (signal?.aborted && epoch < epochs) return 'interrupted';
  }
  return 'completed';
}

/** Trains over all rows once; says how the trial ended where it did. */
async function trainEpoch(
  state: TrialState,
  epoch: number,
  { clock, signal }: TrialOptions,
): Promise<Ending | undefined> {
  state.shuffle(epoch);
  let breathMs = clock.monotonicMs();
  for (let start = 0; start < state.trainRows; start += state.batchSize) {
    if (!state.learnRows(epoch, start)) return 'diverged';
    if (clock.monotonicMs() - breathMs < BREATH_MS) continue;
    await letOthersRun();
    if (signal?.aborted) return 'interrupted';
    breathMs = clock.monotonicMs();
  }
  return undefined;
}

function outcomeOf(
  state: TrialState,
  { epochs }: TrialOptions,
  status: TrialOutcome['status'],
): TrialOutcome {
  const { epoch, history } = state;
  const reason = status === 'completed' && epoch < epochs ? state.exhaustion : null;
  return { status, reason, epochs: epoch, history, best: state.best() };
}
