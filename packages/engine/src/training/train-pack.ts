import { type AppError, type EpochReport, toAppError } from '@starling/domain';
import { trainTrial } from './train-trial.ts';
import type { TrialOptions, TrialOutcome, TrialRun } from './trial-options.ts';

/** A trial of a pack, under a name of the caller's choice. */
export interface PackMember {
  id: string;
  options: TrialOptions;
}

/** What happens in a pack, in order; `run` is there to take a checkpoint from. */
export type PackEvent =
  | { kind: 'epoch'; id: string; report: EpochReport; run: TrialRun }
  | { kind: 'finished'; id: string; outcome: TrialOutcome }
  | { kind: 'failed'; id: string; error: AppError };

/**
 * Trains the trials of a pack, here one after the other: each gives the bits that it gives
 * alone. A trial that fails ends with its own event and the next one starts; each is stopped by
 * its own signal.
 */
export async function* trainPack(members: Iterable<PackMember>): AsyncGenerator<PackEvent> {
  for (const { id, options } of members) {
    try {
      const run = trainTrial(options);
      for await (const report of run) yield { kind: 'epoch', id, report, run };
      yield { kind: 'finished', id, outcome: await run.outcome };
    } catch (thrown) {
      yield { kind: 'failed', id, error: toAppError(thrown) };
    }
  }
}
