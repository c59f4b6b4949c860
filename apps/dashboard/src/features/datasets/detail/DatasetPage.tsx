'use client';

import { toClientError } from '@starling/api/client';
import { type DatasetSummary, dataKindOf } from '@starling/domain';
import { useQuery } from '@tanstack/react-query';
import { Rocket } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useApi } from '../../../browser/api.tsx';
import { useOrigin } from '../../../browser/use-origin.ts';
import { Badge, SyntheticBadge } from '../../../ui/Badge.tsx';
import { LinkButton } from '../../../ui/Button.tsx';
import { CopyButton, Snippet } from '../../../ui/CopyButton.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../../ui/feedback.tsx';
import { formatBytes, formatCount, NOTHING } from '../../../ui/format.ts';
import { PageHeader } from '../../../ui/PageHeader.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { Stat } from '../../../ui/Stat.tsx';
import { Time } from '../../../ui/Time.tsx';
import { describeKind, sourceWords } from '../dataset-words.ts';
import { describeShape } from '../describe-shape.ts';
import { BestTrials } from './BestTrials.tsx';
import { ClassBalance } from './ClassBalance.tsx';
import { DeleteDataset } from './DeleteDataset.tsx';
import { equivalentsOf } from './equivalents.ts';
import { SamplesPanel } from './SamplesPanel.tsx';

/** One data set: what it looks like, how it was made, and what can be done with it. */
export function DatasetPage({ name }: { name: string }) {
  const api = useApi();
  const query = useQuery(api.datasets.get.queryOptions({ id: name }));
  const dataset = query.data;
  const isMissing = query.isError && toClientError(query.error).code === 'not-found';
  return (
    <>
      <PageHeader
        trail={
          <Link href="/datasets" className="hover:text-ink hover:underline">
            Data sets
          </Link>
        }
        title={dataset?.name ?? name}
        badges={
          dataset !== undefined && (
            <>
              <Badge>{describeKind(dataset)}</Badge>
              <Badge tone={dataset.source === 'upload' ? 'accent' : 'neutral'}>
                {sourceWords[dataset.source]}
              </Badge>
              {dataset.isSynthetic && <SyntheticBadge />}
            </>
          )
        }
        actions={
          !isMissing && (
            <>
              <DeleteDataset dataset={dataset} />
              <LinkButton
                href={`/sweeps/new?dataset=${encodeURIComponent(dataset?.name ?? name)}`}
                look="primary"
              >
                <Rocket className="size-4" aria-hidden="true" />
                Launch a sweep
              </LinkButton>
            </>
          )
        }
      />
      {isMissing ? (
        <EmptyState
          title={`There is no data set “${name}”`}
          action={<LinkButton href="/datasets">All data sets</LinkButton>}
        >
          It may have been deleted, or its name is spelled differently.
        </EmptyState>
      ) : query.isError && dataset === undefined ? (
        <ErrorState
          title="The data set could not be loaded"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      ) : (
        <>
          <Figures dataset={dataset} />
          <div className="mb-4 grid grid-cols-1 gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <ClassBalance dataset={dataset} />
            {dataset === undefined ? (
              <Skeleton className="h-96" />
            ) : (
              <BestTrials datasetId={dataset.id} name={dataset.name} />
            )}
          </div>
          <div className="mb-4">
            {dataset === undefined ? (
              <Skeleton className="h-96" />
            ) : (
              <SamplesPanel dataset={dataset} />
            )}
          </div>
          {dataset !== undefined && (
            <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
              <Making dataset={dataset} />
              <Equivalents dataset={dataset} />
            </div>
          )}
        </>
      )}
    </>
  );
}

function Figures({ dataset }: { dataset: DatasetSummary | undefined }) {
  const wait = <Skeleton className="my-1 h-4 w-20" />;
  const show = (value: (dataset: DatasetSummary) => ReactNode): ReactNode =>
    dataset === undefined ? wait : value(dataset);
  return (
    <section
      aria-label="Figures"
      className="mb-4 rounded-lg border border-line bg-surface px-4 pt-3 pb-3"
    >
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 xl:grid-cols-6">
        <Stat
          label="Shape"
          value={show(shapeFigure)}
          detail={dataset !== undefined && describeShape(dataset.shape)}
        />
        <Stat label="Classes" value={show(({ shape }) => formatCount(shape.classes))} />
        <Stat label="Train rows" value={show(({ splits }) => formatCount(splits.train.rows))} />
        <Stat
          label="Validation rows"
          value={show(({ splits }) => formatCount(splits.validation.rows))}
        />
        <Stat
          label="Test rows"
          value={show(({ splits }) =>
            splits.test === null ? NOTHING : formatCount(splits.test.rows),
          )}
          detail="scored once, at promotion"
        />
        <Stat
          label="Stored size"
          value={show(({ bytes }) => formatBytes(bytes))}
          detail={
            dataset !== undefined && (
              <>
                added <Time at={dataset.createdAt} />
              </>
            )
          }
        />
      </dl>
    </section>
  );
}

/** `1 × 178`, `28 × 28`, `≤ 40 × 12`: channels by length, or steps by features. */
function shapeFigure({ shape }: DatasetSummary): string {
  if (shape.kind === 'signal') return `${shape.channels} × ${shape.length}`;
  const most = dataKindOf(shape) === 'variable-sequence' ? '≤ ' : '';
  return `${most}${shape.maxSteps} × ${shape.features}`;
}

function Making({ dataset }: { dataset: DatasetSummary }) {
  const { featureNames, classNames } = dataset;
  return (
    <Panel title="How it was made">
      <p className="text-sm text-ink">{dataset.description}</p>
      <dl className="mt-3 divide-y divide-line border-t border-line text-sm">
        <Line name="Id">
          <span className="min-w-0 font-mono text-xs break-all">{dataset.id}</span>
          <CopyButton text={dataset.id} label="Copy the id" />
        </Line>
        <Line name="sha256">
          <span className="min-w-0 font-mono text-xs break-all">{dataset.sha256}</span>
          <CopyButton text={dataset.sha256} label="Copy the hash" />
        </Line>
        <Line name="Added">
          <Time at={dataset.createdAt} />
        </Line>
        <Line name="Classes">
          <NameList names={classNames} />
        </Line>
        {featureNames.length > 0 && (
          <Line name="Columns">
            <NameList names={featureNames} />
          </Line>
        )}
      </dl>
    </Panel>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-h-10 items-center gap-3 py-1.5">
      <dt className="w-20 shrink-0 text-ink-2">{name}</dt>
      <dd className="flex min-w-0 flex-1 items-center justify-between gap-2 text-ink">
        {children}
      </dd>
    </div>
  );
}

const NAMES_IN_SIGHT = 8;

function NameList({ names }: { names: readonly string[] }) {
  if (names.length <= NAMES_IN_SIGHT) {
    return <span className="min-w-0 font-mono text-xs break-words">{names.join(', ')}</span>;
  }
  return (
    <details className="min-w-0">
      <summary className="text-xs">
        <span className="font-mono">{names.slice(0, 3).join(', ')} …</span>{' '}
        <span className="text-ink-3">{formatCount(names.length)} in all</span>
      </summary>
      <p className="mt-1 max-h-40 overflow-y-auto font-mono text-xs break-words text-ink-2">
        {names.join(', ')}
      </p>
    </details>
  );
}

function Equivalents({ dataset }: { dataset: DatasetSummary }) {
  const origin = useOrigin();
  return (
    <Panel title="The same from elsewhere" hint="STARLING_TOKEN holds a token that may read">
      <div className="grid grid-cols-1 gap-3">
        {equivalentsOf(dataset, origin).map(({ title, text }) => (
          <div key={title}>
            <h3 className="mb-1 text-xs text-ink-2">{title}</h3>
            <Snippet text={text} label={`Copy: ${title}`} />
          </div>
        ))}
      </div>
    </Panel>
  );
}
