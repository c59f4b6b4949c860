import {
  countTrials,
  insertDecisions,
  insertPacks,
  insertTrials,
  listProposingSweeps,
  type NewTrial,
} from '@starling/db';
import { AppError, buildNetwork, describeNetwork, trialSeed } from '@starling/domain';
import { newId } from '@starling/runtime';
import type { Suggestion } from '@starling/search';
import {
  endSweep,
  type LockedSweep,
  type SweepChange,
  type SweepChanges,
} from '../sweeps/change-sweep.ts';
import { cancelTrials } from './cancel-trials.ts';
import { orderSweeps } from './order-sweeps.ts';
import { newJobId, type PackQueue } from './pack-queue.ts';
import { packSignature, planPacks } from './plan-packs.ts';
import { planProposal } from './plan-proposal.ts';
import type { Samplers } from './samplers.ts';
import { aliveOf } from './sweep-completion.ts';

export interface ProposeParts {
  changes: SweepChanges;
  queue: PackQueue;
  samplers: Samplers;
  packSize: number;
}

/**
 * Proposes trials for one idle slot: of the running sweep with the fewest alive that still
 * wants any. Returns whether a pack was queued.
 */
export async function proposeForSlot(parts: ProposeParts): Promise<boolean> {
  const candidates = await listProposingSweeps(parts.changes.prisma);
  for (const { sweepId } of orderSweeps(candidates)) {
    if ((await proposeTrials(parts, sweepId)) > 0) return true;
  }
  return false;
}

/** Reserves budget, writes trials with their decisions and queues their packs, or nothing. */
function proposeTrials(parts: ProposeParts, sweepId: string): Promise<number> {
  const { changes, queue, samplers } = parts;
  return changes.change(sweepId, async (change) => {
    const { sweep, tx, now } = change;
    const plan = planProposal(
      {
        status: sweep.status,
        endingReason: sweep.endingReason,
        proposed: sweep.trialsCreated,
        budgetTrials: sweep.budgetTrials,
        concurrency: sweep.concurrency,
        alive: sweep.concurrency === null ? 0 : aliveOf((await countTrials(tx, sweepId)).counts),
      },
      parts.packSize,
    );
    if (plan.kind === 'refuse') return 0;
    const state = samplers.stateOf(sweep);
    const answer = samplers.of(sweep).ask(state, { numbers: plan.numbers, pending: [] });
    const proposed = sweep.trialsCreated + answer.suggestions.length;
    if (answer.isExhausted && proposed < sweep.budgetTrials) {
      change.patch({
        endingReason: `every point of the space was proposed: ${proposed} of the ${sweep.budgetTrials} trials of the budget`,
      });
      change.countsChanged();
    }
    if (answer.suggestions.length === 0) return 0;
    const trials = buildTrials(sweep, answer.suggestions, changes);
    if (trials instanceof AppError) {
      await failSweep(change, parts, trials);
      return 0;
    }
    const packs = planPacks(trials, { maximumSize: parts.packSize }).map((members) => ({
      id: newId('pack', changes.clock),
      sweepId,
      jobId: newJobId(),
      members,
    }));
    await insertPacks(
      tx,
      packs.map(({ members, ...pack }) => ({ ...pack, trialIds: members.map(({ id }) => id) })),
      now,
    );
    changes.step('packs-inserted');
    const rows = packs.flatMap((pack) =>
      pack.members.map(
        ({ trialId: _id, signature: _s, ...trial }): NewTrial => ({ ...trial, packId: pack.id }),
      ),
    );
    await insertTrials(tx, rows, now);
    changes.step('trials-inserted');
    await insertDecisions(
      tx,
      answer.suggestions.map(({ number, reason, drawn }) => ({
        sweepId,
        trialNumber: number,
        sampler: state.kind,
        rngCounter: BigInt(drawn),
        historyWatermark: state.told,
        reason,
      })),
      now,
    );
    for (const pack of packs) {
      await queue.send(tx, { jobId: pack.jobId, packId: pack.id, sweepId });
      changes.step('job-sent');
    }
    change.patch({ trialsCreated: proposed, samplerState: state });
    for (const trial of rows) change.trialChanged(trial.id);
    change.countsChanged();
    return rows.length;
  });
}

type PlannedTrial = Omit<NewTrial, 'packId'> & { trialId: string; signature: string };

/** The rows of suggestions; the error of one whose network cannot be built. */
function buildTrials(
  sweep: LockedSweep,
  suggestions: readonly Suggestion[],
  changes: SweepChanges,
): PlannedTrial[] | AppError {
  const { shape } = sweep.dataset;
  const steps = shape.kind === 'sequence' ? shape.maxSteps : 1;
  try {
    return suggestions.map(({ number, configuration, reason }) => {
      const network = buildNetwork(configuration, shape);
      const { parameters, flops } = describeNetwork(network, { steps });
      const id = newId('trial', changes.clock);
      const asked = configuration['epochs'];
      return {
        id,
        trialId: id,
        signature: packSignature(network, configuration),
        sweepId: sweep.id,
        number,
        family: configuration.family,
        configuration,
        network,
        seed: trialSeed(sweep.seed, number),
        epochsPlanned: Math.min(
          sweep.budgetEpochs,
          typeof asked === 'number' ? asked : sweep.budgetEpochs,
        ),
        parameters,
        flops,
        suggestion: reason,
      };
    });
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
}

/** A space that passed its check proposes only what can be built; one that does not, ends. */
async function failSweep(change: SweepChange, parts: ProposeParts, error: AppError): Promise<void> {
  const reason = `the space proposed a network that cannot be built: ${error.message}`;
  await cancelTrials(change, parts, reason);
  endSweep(change, 'fail', reason);
}
