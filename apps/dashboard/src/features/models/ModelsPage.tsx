'use client';

import type { Model } from '@starling/domain';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useApi } from '../../browser/api.tsx';
import { Badge, SyntheticBadge } from '../../ui/Badge.tsx';
import { LinkButton } from '../../ui/Button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/feedback.tsx';
import { formatPercent, NOTHING } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { SimpleTable } from '../../ui/SimpleTable.tsx';
import { Time } from '../../ui/Time.tsx';

function newest(model: Model) {
  return [...model.versions].sort((a, b) => b.version - a.version)[0];
}

/** The registry: every model with its newest version. */
export function ModelsPage() {
  const api = useApi();
  const query = useQuery(api.models.list.queryOptions());
  return (
    <>
      <PageHeader
        title="Models"
        hint="Promoted trials, served by the Open Inference Protocol V2."
      />
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        {query.isError && query.data === undefined ? (
          <ErrorState
            title="The models could not be loaded"
            error={query.error}
            onRetry={() => void query.refetch()}
          />
        ) : query.data === undefined ? (
          <div className="space-y-3 p-4">
            {[1, 2, 3].map((row) => (
              <Skeleton key={row} className="h-9" />
            ))}
          </div>
        ) : query.data.length === 0 ? (
          <EmptyState title="No models yet" action={<LinkButton href="/">Open a sweep</LinkButton>}>
            Promote a trial from its page: its best weights become a version, the test split is
            scored once, and an endpoint answers at once.
          </EmptyState>
        ) : (
          <SimpleTable
            caption="Models"
            rows={query.data}
            rowKey={(model) => model.id}
            columns={[
              {
                key: 'name',
                header: 'Model',
                cell: (model) => (
                  <Link
                    href={`/models/${encodeURIComponent(model.name)}`}
                    className="font-medium text-accent hover:underline"
                  >
                    {model.name}
                  </Link>
                ),
              },
              {
                key: 'versions',
                header: 'Versions',
                align: 'right',
                cell: (model) => model.versions.length,
              },
              {
                key: 'aliases',
                header: 'Aliases',
                cell: (model) => (
                  <span className="flex flex-wrap gap-1">
                    {model.versions.flatMap((version) =>
                      version.aliases.map((alias) => (
                        <Badge key={alias} tone="accent">
                          {alias} → {version.version}
                        </Badge>
                      )),
                    )}
                  </span>
                ),
              },
              {
                key: 'validation',
                header: 'Validation',
                align: 'right',
                cell: (model) => formatPercent(newest(model)?.validationAccuracy, 2),
              },
              {
                key: 'test',
                header: 'Test',
                align: 'right',
                cell: (model) => formatPercent(newest(model)?.testScore?.accuracy, 2),
              },
              {
                key: 'dataset',
                header: 'Data set',
                cell: (model) => (
                  <span className="flex items-center gap-2 whitespace-nowrap">
                    {newest(model)?.datasetName ?? NOTHING}
                    {newest(model)?.isSyntheticData === true && <SyntheticBadge />}
                  </span>
                ),
              },
              {
                key: 'promoted',
                header: 'Promoted',
                align: 'right',
                cell: (model) => (
                  <span className="whitespace-nowrap text-ink-3">
                    <Time at={newest(model)?.promotedAt} />
                  </span>
                ),
              },
            ]}
          />
        )}
      </div>
    </>
  );
}
