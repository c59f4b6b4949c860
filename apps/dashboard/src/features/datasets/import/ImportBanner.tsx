'use client';

import { Button } from '../../../ui/Button.tsx';
import { formatPercent } from '../../../ui/format.ts';
import { ProgressBar } from '../../../ui/ProgressBar.tsx';
import type { ImportState } from './import-job.ts';
import { useImportState } from './use-import.ts';

function describe(state: ImportState): { words: string; share: number } | null {
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
  return state.phase === 'failed' ? { words: 'The import failed', share: 0 } : null;
}

/** The import that goes on behind the closed dialog. */
export function ImportBanner({ isShown, onOpen }: { isShown: boolean; onOpen: () => void }) {
  const what = describe(useImportState());
  if (!isShown || what === null) return null;
  return (
    <div
      role="status"
      className="mb-3 flex items-center gap-4 rounded-lg border border-line bg-surface px-4 py-2.5"
    >
      <span className="text-sm whitespace-nowrap text-ink">{what.words}</span>
      <ProgressBar label={what.words} value={what.share} />
      <Button size="sm" onClick={onOpen}>
        Show
      </Button>
    </div>
  );
}
