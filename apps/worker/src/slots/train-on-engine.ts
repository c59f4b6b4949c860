import { viewDataset } from '@starling/datasets';
import { AppError } from '@starling/domain';
import { type TrialOutcome, type TrialRun, trainTrial } from '@starling/engine';
import { systemClock } from '@starling/runtime';
import type { SlotEnding, SlotJob, SlotListener } from './slot.ts';
import { trainingDataOf } from './training-data-of.ts';

/** Trains a job on the engine in this thread; the listener decides after each epoch. */
export async function trainOnEngine(job: SlotJob, listener: SlotListener): Promise<SlotEnding> {
  const { trial, checkpoint } = job;
  const run = trainTrial({
    configuration: trial.configuration,
    network: trial.network,
    data: trainingDataOf(viewDataset(job.dataset)),
    seed: trial.seed,
    epochs: trial.epochs,
    clock: systemClock,
    ...(checkpoint === null ? {} : { resumeFrom: checkpoint }),
  });
  for await (const report of run) {
    const command = await listener.onEpoch(report);
    if (command.kind === 'finish') break;
    if (command.kind === 'suspend') return { kind: 'suspended', ...savedState(run) };
    if (command.isCheckpointDue) {
      const saved = savedState(run);
      listener.onCheckpoint(saved.epoch, saved.checkpoint);
    }
  }
  return endingOf(await run.outcome);
}

function savedState(run: TrialRun): { epoch: number; checkpoint: Uint8Array } {
  const saved = run.checkpoint();
  if (saved === null) throw new AppError('internal', 'the engine has no state after an epoch');
  return { epoch: saved.epoch, checkpoint: saved.bytes };
}

function endingOf({ status, reason, epochs, best }: TrialOutcome): SlotEnding {
  return {
    kind: 'trained',
    cause: status === 'interrupted' ? 'finished' : status,
    reason:
      status === 'diverged'
        ? `the loss stopped being a finite number in epoch ${epochs + 1}; lower the learning rate`
        : reason,
    confusionMatrix: best?.confusionMatrix ?? null,
    validationAuc: best?.validationAuc ?? null,
    weights: best?.weights ?? null,
  };
}
