'use client';

import {
  firstObjectiveOf,
  isSweepOver,
  type SweepDetail,
  type TrialStatus,
  trialStatuses,
} from '@starling/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, CopyPlus, Pause, Play } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { useApi } from '../../../browser/api.tsx';
import { usePermission } from '../../../browser/use-principal.ts';
import type { LiveSweep } from '../../../live/merge-deltas.ts';
import { liveSweepKey } from '../../../live/use-live-sweep.ts';
import { Badge, SyntheticBadge } from '../../../ui/Badge.tsx';
import { Button, LinkButton } from '../../../ui/Button.tsx';
import { ConfirmDialog } from '../../../ui/Dialog.tsx';
import { Skeleton } from '../../../ui/feedback.tsx';
import {
  formatCount,
  formatPercent,
  formatPlural,
  formatPoints,
  formatSeconds,
} from '../../../ui/format.ts';
import { PageHeader } from '../../../ui/PageHeader.tsx';
import { Stat } from '../../../ui/Stat.tsx';
import { Time } from '../../../ui/Time.tsx';
import { announce, announceError } from '../../../ui/Toast.tsx';
import { formatBest } from '../best-words.ts';
import { metricTitle } from '../metric-words.ts';
import { SweepBadge, SweepProgress } from '../SweepBadges.tsx';
import { countFinished, searchWords, trialTones } from '../sweep-words.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { SweepMenu } from './SweepMenu.tsx';

export function SweepHeader({
  sweepId,
  sweep,
}: {
  sweepId: string;
  sweep: SweepDetail | undefined;
}) {
  return (
    <>
      <PageHeader
        trail={
          <>
            <Link href="/" className="hover:text-ink hover:underline">
              Sweeps
            </Link>
            <span aria-hidden="true">/</span>
            <span className="font-mono">{sweepId}</span>
          </>
        }
        title={sweep?.name ?? <Skeleton className="h-6 w-56" />}
        badges={
          sweep !== undefined && (
            <>
              <SweepBadge status={sweep.status} />
              <Link
                href={`/datasets/${encodeURIComponent(sweep.datasetName)}`}
                className="text-sm text-ink-2 hover:text-ink hover:underline"
              >
                {sweep.datasetName}
              </Link>
              {sweep.isSyntheticData && <SyntheticBadge />}
            </>
          )
        }
        actions={<SweepActions sweepId={sweepId} sweep={sweep} />}
      />
      {sweep?.reason !== null && sweep?.reason !== undefined && (
        <p className="mb-3 rounded-md bg-sunken px-3 py-2 text-sm text-ink-2">{sweep.reason}</p>
      )}
      <SweepFigures sweep={sweep} />
    </>
  );
}

function SweepActions({ sweepId, sweep }: { sweepId: string; sweep: SweepDetail | undefined }) {
  const api = useApi();
  const queryClient = useQueryClient();
  const operating = usePermission('operate');
  const [isCancelling, setCancelling] = useState(false);
  // The answer is put in at once; the delta that says the same follows and changes nothing.
  const keep = (answer: Omit<SweepDetail, 'spec'>): void => {
    queryClient.setQueryData<LiveSweep>(liveSweepKey(sweepId), (state) =>
      state === undefined || state.sweep.sequence > answer.sequence
        ? state
        : { ...state, sweep: { ...answer, spec: state.sweep.spec } },
    );
  };
  const options = (done: string, failed: string) => ({
    onSuccess: (answer: Omit<SweepDetail, 'spec'>) => {
      keep(answer);
      announce(done);
    },
    onError: (error: unknown) => announceError(failed, error),
  });
  const pause = useMutation(
    api.sweeps.pause.mutationOptions(options('Sweep paused', 'The sweep could not be paused')),
  );
  const resume = useMutation(
    api.sweeps.resume.mutationOptions(options('Sweep resumed', 'The sweep could not be resumed')),
  );
  const cancel = useMutation(
    api.sweeps.cancel.mutationOptions({
      ...options('Sweep cancelled', 'The sweep could not be cancelled'),
      onSettled: () => setCancelling(false),
    }),
  );
  const isOver = sweep === undefined || isSweepOver(sweep.status);
  const why = operating.why ?? undefined;
  return (
    <>
      {sweep?.status === 'paused' ? (
        <Button
          look="primary"
          disabled={!operating.isAllowed}
          title={why}
          isBusy={resume.isPending}
          icon={<Play className="size-4" aria-hidden="true" />}
          onClick={() => resume.mutate({ id: sweepId })}
        >
          Resume
        </Button>
      ) : (
        <Button
          disabled={isOver || !operating.isAllowed}
          title={why}
          isBusy={pause.isPending}
          icon={<Pause className="size-4" aria-hidden="true" />}
          onClick={() => pause.mutate({ id: sweepId })}
        >
          Pause
        </Button>
      )}
      <Button
        disabled={isOver || !operating.isAllowed}
        title={why}
        icon={<Ban className="size-4" aria-hidden="true" />}
        onClick={() => setCancelling(true)}
      >
        Cancel
      </Button>
      <ExportMenu sweepId={sweepId} />
      <LinkButton href={`/sweeps/new?from=${sweepId}`}>
        <CopyPlus className="size-4" aria-hidden="true" />
        Launch again
      </LinkButton>
      <SweepMenu sweepId={sweepId} sweep={sweep} />
      <ConfirmDialog
        isOpen={isCancelling}
        onOpenChange={setCancelling}
        title={`Cancel “${sweep?.name ?? 'this sweep'}”?`}
        confirmLabel="Cancel the sweep"
        isBusy={cancel.isPending}
        onConfirm={() => cancel.mutate({ id: sweepId })}
      >
        {formatPlural(sweep?.counts.running ?? 0, 'running trial')} will end as cancelled and
        nothing more will be tried. Finished trials, their curves and weights stay. This cannot be
        undone; to stop for a while, pause instead.
      </ConfirmDialog>
    </>
  );
}

function SweepFigures({ sweep }: { sweep: SweepDetail | undefined }) {
  const finished = sweep === undefined ? 0 : countFinished(sweep.counts);
  const wait = <Skeleton className="my-1 h-4 w-20" />;
  const objective = sweep === undefined ? undefined : firstObjectiveOf(sweep.spec);
  return (
    <section
      aria-label="Progress"
      className="mb-4 rounded-lg border border-line bg-surface px-4 pt-3 pb-3"
    >
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 xl:grid-cols-6">
        <Stat
          label="Trials finished"
          value={
            sweep === undefined
              ? wait
              : `${formatCount(finished)} of ${formatCount(sweep.budgetTrials)}`
          }
          detail={
            sweep !== undefined && `${formatPercent(finished / Math.max(1, sweep.budgetTrials), 0)}`
          }
        />
        <Stat
          label={`Best ${objective === undefined ? 'trial' : metricTitle(objective.metric).toLowerCase()}`}
          value={sweep === undefined ? wait : formatBest(sweep.best, 2)}
          detail={
            sweep?.best !== null &&
            sweep?.best !== undefined && (
              <Link
                href={`/trials/${sweep.best.trialId}`}
                prefetch={false}
                className="text-accent hover:underline"
              >
                #{sweep.best.number} {sweep.best.family}
              </Link>
            )
          }
        />
        <Stat
          label="Its overfitting gap"
          value={sweep === undefined ? wait : formatPoints(sweep.best?.overfittingGap)}
          detail="train − validation"
        />
        <Stat
          label="Time left"
          value={
            sweep === undefined
              ? wait
              : sweep.status === 'running'
                ? formatSeconds(sweep.etaSeconds)
                : '–'
          }
          detail={
            sweep?.status === 'running'
              ? sweep.etaSeconds === null
                ? 'known after a few trials'
                : 'by the pace so far'
              : sweep?.status
          }
        />
        <Stat
          label="Epochs trained"
          value={sweep === undefined ? wait : formatCount(sweep.epochsDone)}
          detail={sweep !== undefined && `at most ${sweep.budgetEpochs} a trial`}
        />
        <Stat
          label={sweep?.finishedAt === null ? 'Started' : 'Finished'}
          value={sweep === undefined ? wait : <Time at={sweep.finishedAt ?? sweep.startedAt} />}
          detail={sweep !== undefined && searchWords(sweep.spec)}
        />
      </dl>
      <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-48 flex-1">
          {sweep === undefined ? (
            <Skeleton className="h-1.5 w-full" />
          ) : (
            <SweepProgress sweep={sweep} />
          )}
        </div>
        <ul className="flex min-h-5 flex-wrap gap-1.5" aria-label="Trials by state">
          {sweep !== undefined &&
            trialStatuses
              .filter((status) => sweep.counts[status] > 0)
              .map((status) => (
                <li key={status}>
                  <CountBadge status={status} count={sweep.counts[status]} />
                </li>
              ))}
        </ul>
      </div>
    </section>
  );
}

function CountBadge({ status, count }: { status: TrialStatus; count: number }) {
  return (
    <Badge tone={trialTones[status]} dot={status === 'running' ? 'breathing' : 'still'}>
      {formatCount(count)} {status}
    </Badge>
  );
}
