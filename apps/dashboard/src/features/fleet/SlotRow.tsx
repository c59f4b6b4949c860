import type { WorkerSummary } from '@starling/domain';
import Link from 'next/link';
import { formatPlural } from '../../ui/format.ts';
import { ProgressBar } from '../../ui/ProgressBar.tsx';

type Slot = WorkerSummary['slots'][number];

/** Trials of one pack that are listed; a fused pack may have hundreds. */
const TRIALS_AT_MOST = 4;

/** One slot: the trials that it runs and how far each is; the height is the same when it is free. */
export function SlotRow({ slot, isDraining }: { slot: Slot; isDraining: boolean }) {
  const { trials } = slot;
  const shown = trials.slice(0, TRIALS_AT_MOST);
  const more = trials.length - shown.length;
  return (
    <li className="flex min-h-13 items-center gap-3 px-4 py-2">
      <span className="w-11 shrink-0 text-xs text-ink-3">Slot {slot.slot}</span>
      {trials.length === 0 ? (
        <span className="text-sm text-ink-3">
          {isDraining ? 'handed back; takes nothing new' : 'free'}
        </span>
      ) : (
        <div className="grid min-w-0 flex-1 gap-2">
          {trials.length > 1 && (
            <p className="text-xs text-ink-2">
              Pack of {formatPlural(trials.length, 'trial')}, trained as one
            </p>
          )}
          {shown.map((trial) => (
            <div
              key={trial.trialId}
              className="grid items-center gap-x-4 gap-y-1 sm:grid-cols-[minmax(0,1fr)_minmax(7rem,16rem)]"
            >
              <p className="min-w-0 truncate text-sm">
                <Link href={`/trials/${trial.trialId}`} className="text-accent hover:underline">
                  #{trial.number} {trial.family}
                </Link>
                <span className="text-ink-3"> of </span>
                <Link
                  href={`/sweeps/${trial.sweepId}`}
                  className="text-ink-2 hover:text-ink hover:underline"
                >
                  {trial.sweepName}
                </Link>
              </p>
              <div className="flex items-center gap-2">
                <ProgressBar
                  label={`Trial ${trial.number}: epoch ${trial.epoch} of ${trial.epochsPlanned}`}
                  value={trial.epoch / Math.max(1, trial.epochsPlanned)}
                />
                <span className="w-24 shrink-0 text-right text-xs whitespace-nowrap text-ink-2">
                  epoch {trial.epoch} / {trial.epochsPlanned}
                </span>
              </div>
            </div>
          ))}
          {more > 0 && <p className="text-xs text-ink-3">and {formatPlural(more, 'more trial')}</p>}
        </div>
      )}
    </li>
  );
}
