'use client';

import { clsx } from 'clsx';
import { FileText, FileUp, X } from 'lucide-react';
import { type DragEvent, useId, useState } from 'react';
import { IconButton } from '../../../ui/Button.tsx';
import { FieldErrors } from '../../../ui/Field.tsx';
import { formatBytes, formatPlural } from '../../../ui/format.ts';
import type { FileHead } from './read-file-head.ts';

const ACCEPTED = '.csv,.tsv,.txt,.jsonl,.ndjson,.json,text/csv,application/x-ndjson';

interface FileSlotProps {
  label: string;
  hint: string;
  file: File | undefined;
  head: FileHead | undefined;
  errors: readonly string[];
  isLarge?: boolean;
  /** Every file that was chosen or dropped here at once. */
  onFiles: (files: File[]) => void;
  onRemove: () => void;
}

function describeHead(head: FileHead | undefined): string {
  if (head === undefined) return '';
  const format = head.format === 'csv' ? 'CSV' : 'JSON Lines';
  if (head.columns.length === 0) return ` · ${format}`;
  const what = head.format === 'csv' ? 'column' : 'key';
  const sequence = head.sequence === null ? '' : ` beside ${head.sequence}`;
  return ` · ${format}, ${formatPlural(head.columns.length, what)}${sequence}`;
}

/** A place for one file: drop it, or choose it; the whole area is the button. */
export function FileSlot(props: FileSlotProps) {
  const { label, hint, file, head, errors, isLarge = false, onFiles, onRemove } = props;
  const id = useId();
  const [isOver, setOver] = useState(false);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files.length > 0) onFiles([...event.dataTransfer.files]);
  };
  const warnings = head?.problem === null || head?.problem === undefined ? [] : [head.problem];
  return (
    <div className="relative min-w-0">
      <label
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        className={clsx(
          'flex items-center gap-3 rounded-md border border-dashed px-4 transition-colors has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent',
          isLarge && file === undefined
            ? 'min-h-28 flex-col justify-center text-center'
            : 'min-h-16',
          isOver
            ? 'border-accent bg-accent-soft'
            : file === undefined
              ? 'border-line-strong hover:border-ink-3 hover:bg-sunken/60'
              : 'border-line bg-sunken/60',
        )}
      >
        <input
          id={id}
          type="file"
          multiple
          accept={ACCEPTED}
          aria-label={file === undefined ? `${label}: choose a file` : `${label}: ${file.name}`}
          aria-invalid={errors.length > 0 || undefined}
          aria-describedby={errors.length > 0 ? `${id}-errors` : undefined}
          className="sr-only"
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            // The same file chosen again, after it was mended, must count as a change.
            event.target.value = '';
            if (files.length > 0) onFiles(files);
          }}
        />
        {file === undefined ? (
          <>
            <FileUp className="size-5 shrink-0 text-ink-3" aria-hidden="true" />
            <span className="min-w-0">
              <span className="block text-sm font-medium text-ink">{label}</span>
              <span className="block text-xs text-ink-3">{hint}</span>
            </span>
          </>
        ) : (
          <>
            <FileText className="size-5 shrink-0 text-accent" aria-hidden="true" />
            <span className="min-w-0 flex-1 pr-8">
              <span className="block truncate text-sm font-medium text-ink">{file.name}</span>
              <span className="block text-xs break-words text-ink-3">
                {label} · {formatBytes(file.size)}
                {describeHead(head)}
              </span>
            </span>
          </>
        )}
      </label>
      {file !== undefined && (
        <IconButton
          label={`Remove ${file.name}`}
          size="sm"
          className="absolute top-4.5 right-3"
          onClick={onRemove}
        >
          <X className="size-4" aria-hidden="true" />
        </IconButton>
      )}
      <FieldErrors id={`${id}-errors`} errors={[...errors, ...warnings]} />
    </div>
  );
}
