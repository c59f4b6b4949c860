import type { ImportProgress } from '@starling/domain';
import { clsx } from 'clsx';
import { Check, LoaderCircle } from 'lucide-react';
import { formatBytes, formatPercent, formatPlural } from '../../../ui/format.ts';
import { ProgressBar } from '../../../ui/ProgressBar.tsx';
import type { FileProgress } from './import-job.ts';

const stages: readonly { stage: ImportProgress['stage']; label: string }[] = [
  { stage: 'reading', label: 'Read and check every row' },
  { stage: 'splitting', label: 'Decide the sides' },
  { stage: 'writing', label: 'Write the data set' },
];

function shareOf(done: number, total: number): number {
  return total === 0 ? 1 : done / total;
}

interface ImportStepsProps {
  files: readonly FileProgress[];
  /** undefined: still uploading. null: the coordinator has not spoken yet. */
  progress: ImportProgress | null | undefined;
}

/** Every step of an import from the start, so that nothing moves while they are done. */
export function ImportSteps({ files, progress }: ImportStepsProps) {
  const current =
    progress === undefined
      ? -1
      : progress === null
        ? 0
        : progress.stage === 'done'
          ? stages.length
          : stages.findIndex(({ stage }) => stage === progress.stage);
  return (
    <ol className="space-y-4 py-1">
      {files.map(({ role, name, sentBytes, totalBytes }) => {
        const share = shareOf(sentBytes, totalBytes);
        const isFirstOpen =
          files.find((file) => file.sentBytes < file.totalBytes)?.role === role && current < 0;
        return (
          <Step
            key={role}
            label={`Upload ${name}`}
            detail={`${formatBytes(sentBytes)} of ${formatBytes(totalBytes)} · ${formatPercent(share, 0)}`}
            state={share === 1 ? 'done' : isFirstOpen ? 'now' : 'later'}
            share={share}
          />
        );
      })}
      {stages.map(({ stage, label }, index) => (
        <Step
          key={stage}
          label={label}
          detail={
            index === current && progress !== null && progress !== undefined
              ? stage === 'reading'
                ? `${formatPlural(progress.rows, 'row')} · ${formatPercent(shareOf(progress.bytesRead, progress.totalBytes), 0)}`
                : formatPlural(progress.rows, 'row')
              : ''
          }
          state={index < current ? 'done' : index === current ? 'now' : 'later'}
          share={
            stage !== 'reading'
              ? null
              : index < current
                ? 1
                : index === current && progress !== null && progress !== undefined
                  ? shareOf(progress.bytesRead, progress.totalBytes)
                  : 0
          }
        />
      ))}
    </ol>
  );
}

interface StepProps {
  label: string;
  detail: string;
  state: 'done' | 'now' | 'later';
  /** null: has no measure. */
  share: number | null;
}

function Step({ label, detail, state, share }: StepProps) {
  return (
    <li className="flex gap-3" aria-current={state === 'now' ? 'step' : undefined}>
      <span
        className={clsx(
          'mt-px grid size-5 shrink-0 place-items-center rounded-full border',
          state === 'done' && 'border-transparent bg-good-soft text-good',
          state === 'now' && 'border-accent text-accent',
          state === 'later' && 'border-line text-ink-3',
        )}
      >
        {state === 'done' && <Check className="size-3.5" aria-hidden="true" />}
        {state === 'now' && <LoaderCircle className="size-3.5 animate-spin" aria-hidden="true" />}
        {state === 'done' && <span className="sr-only">done</span>}
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span
            className={clsx(
              'min-w-0 truncate text-sm',
              state === 'later' ? 'text-ink-3' : 'text-ink',
            )}
          >
            {label}
          </span>
          <span className="h-4 text-xs text-ink-3">{detail}</span>
        </div>
        {share !== null && <ProgressBar label={label} value={share} className="mt-1.5" />}
      </div>
    </li>
  );
}
