'use client';

import type { RankedRow } from '@starling/domain';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useApi } from '../../../browser/api.tsx';
import { LinkButton } from '../../../ui/Button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../../ui/feedback.tsx';
import { formatPercent, formatPlural, formatPoints, formatSi } from '../../../ui/format.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { SimpleTable } from '../../../ui/SimpleTable.tsx';

const SHOWN = 5;

/** The best trials on a data set, over all its sweeps. */
export function BestTrials({ datasetId, name }: { datasetId: string; name: string }) {
  const api = useApi();
  const query = useQuery(api.sweeps.leaderboard.queryOptions({ datasetId, limit: SHOWN }));
  const rows = query.data?.rows ?? [];
  return (
    <Panel
      title="Best trials"
      hint={
        query.data === undefined
          ? 'Over all sweeps, by validation accuracy'
          : `Of ${formatPlural(query.data.total, 'trial')} over all sweeps, by validation accuracy`
      }
      isFlush
    >
      {query.isError && query.data === undefined ? (
        <ErrorState
          title="The trials could not be loaded"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      ) : query.isPending ? (
        <Skeleton className="m-4 h-48" />
      ) : rows.length === 0 ? (
        <EmptyState
          title="Nothing learnt from it yet"
          isCompact
          action={
            <LinkButton href={`/sweeps/new?dataset=${encodeURIComponent(name)}`} size="sm">
              Launch a sweep
            </LinkButton>
          }
        />
      ) : (
        <SimpleTable<RankedRow>
          caption="Best trials on this data set"
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'trial',
              header: 'Trial',
              cell: (row) => (
                <Link href={`/trials/${row.id}`} className="text-accent hover:underline">
                  #{row.number} {row.family}
                </Link>
              ),
              className: 'whitespace-nowrap',
            },
            {
              key: 'sweep',
              header: 'Sweep',
              cell: (row) => (
                <Link
                  href={`/sweeps/${row.sweepId}`}
                  className="block max-w-40 truncate text-ink-2 hover:text-ink hover:underline"
                >
                  {row.sweepName}
                </Link>
              ),
              className: 'hidden sm:table-cell',
            },
            {
              key: 'accuracy',
              header: 'Validation',
              align: 'right',
              cell: (row) => formatPercent(row.validationAccuracy),
            },
            {
              key: 'gap',
              header: 'Gap',
              align: 'right',
              cell: (row) => formatPoints(row.overfittingGap),
            },
            {
              key: 'parameters',
              header: 'Parameters',
              align: 'right',
              cell: (row) => formatSi(row.parameters),
              className: 'hidden sm:table-cell',
            },
          ]}
        />
      )}
    </Panel>
  );
}
