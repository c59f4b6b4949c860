'use client';

import type { DatasetSummary } from '@starling/domain';
import { clsx } from 'clsx';
import Link from 'next/link';
import { SyntheticBadge } from '../../../ui/Badge.tsx';
import { FieldErrors } from '../../../ui/Field.tsx';
import { formatCount } from '../../../ui/format.ts';
import { describeShape } from '../../datasets/describe-shape.ts';

interface DatasetPickerProps {
  datasets: readonly DatasetSummary[];
  value: string;
  onDataset: (dataset: DatasetSummary) => void;
  errors: readonly string[];
}

/** What to search on: shape, classes and size of each set in sight. */
export function DatasetPicker({ datasets, value, onDataset, errors }: DatasetPickerProps) {
  return (
    <fieldset>
      <legend className="sr-only">Data set</legend>
      <div className="grid max-h-80 gap-2 overflow-y-auto p-0.5 sm:grid-cols-2">
        {datasets.map((dataset) => {
          const isChosen = dataset.name === value || dataset.id === value;
          return (
            <label
              key={dataset.id}
              className={clsx(
                'flex items-start gap-2.5 rounded-md border px-3 py-2.5 transition-colors has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-accent',
                isChosen ? 'border-accent bg-accent-soft/50' : 'border-line hover:border-ink-3',
              )}
            >
              <input
                type="radio"
                name="dataset"
                className="mt-1 accent-(--accent)"
                checked={isChosen}
                onChange={() => onDataset(dataset)}
              />
              <span className="min-w-0">
                <span className="flex flex-wrap items-center gap-2 text-sm font-medium text-ink">
                  <span className="truncate">{dataset.name}</span>
                  {dataset.isSynthetic && <SyntheticBadge />}
                </span>
                <span className="block text-xs text-ink-3">
                  {describeShape(dataset.shape)} · {dataset.shape.classes} classes ·{' '}
                  {formatCount(dataset.splits.train.rows)} train,{' '}
                  {formatCount(dataset.splits.validation.rows)} validation
                </span>
              </span>
            </label>
          );
        })}
      </div>
      <p className="mt-2 text-xs text-ink-3">
        Something else?{' '}
        <Link href="/datasets?upload=1" className="text-accent hover:underline">
          Upload a data set
        </Link>
      </p>
      <FieldErrors errors={errors} />
    </fieldset>
  );
}
