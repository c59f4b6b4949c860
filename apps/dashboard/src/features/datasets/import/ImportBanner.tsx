'use client';

import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { Button } from '../../../ui/Button.tsx';
import { formatPercent } from '../../../ui/format.ts';
import { ProgressBar } from '../../../ui/ProgressBar.tsx';
import type { ImportState } from './import-job.ts';
import { useImportState } from './use-import.ts';

/** In words, and how far it is; a failed one is not on its way. */
function describe(state: ImportState): { words: string; share: number | null } | null {
  if (state.phase === 'uploading') {
    const sent = state.files.reduce((sum, file) => sum + file.sentBytes, 0);
    const total = state.files.reduce((sum, file) => sum + file.totalBytes, 0);
    const share = sent / Math.max(1, total);
    return { words: `Uploading, ${formatPercent(share, 0)}`, share };
  }
  if (state.phase === 'importing') {
    const { progress } = state;
    const share = progress === null ? 0 : progress.bytesRead / Math.max(1, progress.totalBytes);
    const words = progress === null ? 'Importing' : `Importing: ${progress.stage}`;
    return { words, share };
  }
  return state.phase === 'failed' ? { words: 'The import failed', share: null } : null;
}

/** The import that goes on behind the closed dialog, in the place and size of the upload button. */
export function ImportBanner({ fallback, onOpen }: { fallback: ReactNode; onOpen: () => void }) {
  const what = describe(useImportState());
  if (what === null) return fallback;
  return (
    <div
      role="status"
      className="flex h-9 w-72 max-w-full items-center gap-3 rounded-md border border-line bg-surface pr-1 pl-3"
    >
      <div className="min-w-0 flex-1">
        <p className={clsx('truncate text-xs', what.share === null ? 'text-bad' : 'text-ink')}>
          {what.words}
        </p>
        {what.share !== null && (
          <ProgressBar label={what.words} value={what.share} className="mt-1 h-1!" />
        )}
      </div>
      <Button size="sm" onClick={onOpen}>
        Show
      </Button>
    </div>
  );
}
