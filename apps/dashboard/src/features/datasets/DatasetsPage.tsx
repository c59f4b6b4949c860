'use client';

import type { DatasetSummary } from '@starling/domain';
import { useQuery } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useApi } from '../../browser/api.tsx';
import { usePermission } from '../../browser/use-principal.ts';
import { Badge, SyntheticBadge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/feedback.tsx';
import { formatBytes, formatCount, NOTHING } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Time } from '../../ui/Time.tsx';
import { describeKind, sourceWords } from './dataset-words.ts';
import { describeShape } from './describe-shape.ts';
import { ImportBanner } from './import/ImportBanner.tsx';
import { ImportDialog } from './import/ImportDialog.tsx';
import { takeFiles } from './import/use-import.ts';

/** One grid for header and rows, so that columns stand still. */
const GRID =
  'lg:grid lg:grid-cols-[minmax(12rem,1.6fr)_minmax(12rem,1.6fr)_5.5rem_5.5rem_5.5rem_4.5rem_5.5rem_6rem_6.5rem] lg:items-center lg:gap-4';

/** Every data set, and the way to bring one in. `opensUpload`: the address asks for the dialog. */
export function DatasetsPage({ opensUpload }: { opensUpload: boolean }) {
  const api = useApi();
  const router = useRouter();
  const operating = usePermission('operate');
  const query = useQuery(api.datasets.list.queryOptions());
  const [isOpen, setOpen] = useState(opensUpload);
  useEffect(() => {
    if (opensUpload) setOpen(true);
  }, [opensUpload]);
  const close = useCallback(() => {
    setOpen(false);
    if (opensUpload) router.replace('/datasets', { scroll: false });
  }, [opensUpload, router]);
  const mayUpload = operating.isAllowed;
  // A file dropped anywhere is taken; without this the browser would leave the page to open it.
  useEffect(() => {
    const onDragOver = (event: DragEvent): void => event.preventDefault();
    const onDrop = (event: DragEvent): void => {
      // Dropped at its place in the dialog: taken there.
      if (event.defaultPrevented) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0 || !mayUpload) return;
      takeFiles(files, null);
      setOpen(true);
    };
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('drop', onDrop);
    };
  }, [mayUpload]);
  const uploadButton = (
    <Button
      look="primary"
      disabled={!operating.isAllowed}
      title={operating.why ?? undefined}
      icon={<Upload className="size-4" aria-hidden="true" />}
      onClick={() => setOpen(true)}
    >
      Upload
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Data sets"
        hint="What sweeps learn from. Stored once by content, standardised by training statistics."
        actions={<ImportBanner fallback={uploadButton} onOpen={() => setOpen(true)} />}
      />
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        {query.isError && query.data === undefined ? (
          <ErrorState
            title="The data sets could not be loaded"
            error={query.error}
            onRetry={() => void query.refetch()}
          />
        ) : query.isPending ? (
          <Rows>
            {[1, 2, 3].map((row) => (
              <li key={row} className="px-4 py-3.5">
                <Skeleton className="h-11 w-full lg:h-5" />
              </li>
            ))}
          </Rows>
        ) : query.data.length === 0 ? (
          <EmptyState title="No data sets yet" action={uploadButton}>
            Drop a CSV with a label column here, or JSON Lines of sequences. The built-in sets
            appear shortly after the first start.
          </EmptyState>
        ) : (
          <Rows>
            {query.data.map((dataset) => (
              <DatasetRow key={dataset.id} dataset={dataset} />
            ))}
          </Rows>
        )}
      </div>
      <ImportDialog isOpen={isOpen} onClose={close} />
    </>
  );
}

function Rows({ children }: { children: ReactNode }) {
  return (
    <>
      <div
        aria-hidden="true"
        className={`hidden h-9 border-b border-line px-4 text-xs font-medium text-ink-3 ${GRID}`}
      >
        <span>Name</span>
        <span>Kind and shape</span>
        <span className="text-right">Train</span>
        <span className="text-right">Validation</span>
        <span className="text-right">Test</span>
        <span className="text-right">Classes</span>
        <span className="text-right">Size</span>
        <span>Source</span>
        <span className="text-right">Added</span>
      </div>
      <ul className="divide-y divide-line">{children}</ul>
    </>
  );
}

function DatasetRow({ dataset }: { dataset: DatasetSummary }) {
  const { train, validation, test } = dataset.splits;
  return (
    <li className="relative transition-colors hover:bg-sunken/60">
      <div className={`px-4 py-3 ${GRID}`}>
        <div className="flex min-w-0 items-center gap-2">
          <Link
            href={`/datasets/${encodeURIComponent(dataset.name)}`}
            className="min-w-0 truncate font-medium text-ink after:absolute after:inset-0"
          >
            {dataset.name}
          </Link>
          {dataset.isSynthetic && <SyntheticBadge />}
        </div>
        <div className="min-w-0 text-sm">
          <span className="text-ink-2">{describeKind(dataset)}</span>
          <span className="block truncate text-xs text-ink-3">{describeShape(dataset.shape)}</span>
        </div>
        <dl className="mt-2 grid grid-cols-3 gap-2 lg:contents">
          <Cell label="Train">{formatCount(train.rows)}</Cell>
          <Cell label="Validation">{formatCount(validation.rows)}</Cell>
          <Cell label="Test">{test === null ? NOTHING : formatCount(test.rows)}</Cell>
          <Cell label="Classes">{formatCount(dataset.shape.classes)}</Cell>
          <Cell label="Size">{formatBytes(dataset.bytes)}</Cell>
        </dl>
        <div className="mt-2 flex items-center justify-between gap-3 lg:contents">
          <Badge
            tone={dataset.source === 'upload' ? 'accent' : 'neutral'}
            className="justify-self-start"
          >
            {sourceWords[dataset.source]}
          </Badge>
          <span className="text-xs text-ink-3 lg:text-right">
            <Time at={dataset.createdAt} />
          </span>
        </div>
      </div>
    </li>
  );
}

function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0 lg:text-right">
      <dt className="truncate text-2xs text-ink-3 lg:sr-only">{label}</dt>
      <dd className="truncate text-sm text-ink">{children}</dd>
    </div>
  );
}
