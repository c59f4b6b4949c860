import type { SweepStatus, SweepSummary, TrialStatus } from '@starling/domain';
import { Badge } from '../../ui/Badge.tsx';
import { formatPlural } from '../../ui/format.ts';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { barParts, countFinished, sweepTones, trialTones } from './sweep-words.ts';

export function SweepBadge({ status }: { status: SweepStatus }) {
  return (
    <Badge tone={sweepTones[status]} dot={status === 'running' ? 'breathing' : 'still'}>
      {status}
    </Badge>
  );
}

export function TrialBadge({ status }: { status: TrialStatus }) {
  return (
    <Badge tone={trialTones[status]} dot={status === 'running' ? 'breathing' : 'still'}>
      {status}
    </Badge>
  );
}

/** How far a sweep is, a colour for each way that trials ended. */
export function SweepProgress({ sweep, className }: { sweep: SweepSummary; className?: string }) {
  const total = Math.max(1, sweep.budgetTrials);
  const finished = countFinished(sweep.counts);
  return (
    <ProgressBar
      label={`${finished} of ${formatPlural(sweep.budgetTrials, 'trial')} finished`}
      value={finished / total}
      parts={barParts
        .filter(({ status }) => sweep.counts[status] > 0)
        .map(({ status, className: color }) => ({
          share: sweep.counts[status] / total,
          className: color,
          title: `${sweep.counts[status]} ${status}`,
        }))}
      {...(className === undefined ? {} : { className })}
    />
  );
}
