import type { SweepSpec, SweepStatus, TrialCounts, TrialStatus } from '@starling/domain';
import type { Tone } from '../../ui/Badge.tsx';

export const sweepTones: Record<SweepStatus, Tone> = {
  running: 'info',
  paused: 'warn',
  completed: 'good',
  cancelled: 'neutral',
  failed: 'bad',
};

export const trialTones: Record<TrialStatus, Tone> = {
  waiting: 'neutral',
  running: 'info',
  paused: 'warn',
  completed: 'good',
  stopped: 'violet',
  diverged: 'warn',
  failed: 'bad',
  cancelled: 'neutral',
};

/** Parts of a sweep's bar, in order, with their colours. */
export const barParts: readonly { status: TrialStatus; className: string }[] = [
  { status: 'completed', className: 'bg-good' },
  { status: 'stopped', className: 'bg-violet' },
  { status: 'diverged', className: 'bg-warn' },
  { status: 'failed', className: 'bg-bad' },
  { status: 'cancelled', className: 'bg-line-strong' },
  { status: 'running', className: 'bg-info animate-pulse-soft' },
];

/** Trials that ended, whatever ended them. */
export function countFinished(counts: TrialCounts): number {
  return counts.completed + counts.stopped + counts.diverged + counts.failed + counts.cancelled;
}

/** Who proposes a sweep's trials and who stops them: `tpe · asha pruner`. */
export function searchWords({ sampler, pruner }: Pick<SweepSpec, 'sampler' | 'pruner'>): string {
  return `${sampler.kind} · ${pruner.kind === 'none' ? 'no' : pruner.kind} pruner`;
}
