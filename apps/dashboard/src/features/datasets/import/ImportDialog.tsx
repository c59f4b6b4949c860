'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useApi } from '../../../browser/api.tsx';
import { usePermission } from '../../../browser/use-principal.ts';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { ImportFormView } from './ImportFormView.tsx';
import { ImportSteps } from './ImportSteps.tsx';
import { useImportActions, useImportState, useImportViewer } from './use-import.ts';

const FORM_ID = 'import-form';

interface ImportDialogProps {
  isOpen: boolean;
  onClose: () => void;
}

/** From files on this computer to a data set. Closing it loses nothing and stops nothing. */
export function ImportDialog({ isOpen, onClose }: ImportDialogProps) {
  const state = useImportState();
  const { stop } = useImportActions();
  const operating = usePermission('operate');
  const isRunning = state.phase === 'uploading' || state.phase === 'importing';
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      width="lg"
      title="Upload a data set"
      description={
        isRunning
          ? 'You can close this and go on; a note appears when it is over.'
          : 'CSV with a header, or JSON Lines of sequences. Up to 1 GiB a file.'
      }
      footer={
        isRunning ? (
          <>
            {state.phase === 'uploading' && <Button onClick={stop}>Stop the upload</Button>}
            <Button onClick={onClose}>Close</Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Close</Button>
            <Button
              type="submit"
              form={FORM_ID}
              look="primary"
              disabled={!operating.isAllowed}
              title={operating.why ?? undefined}
            >
              {state.phase === 'failed' ? 'Try again' : 'Upload and import'}
            </Button>
          </>
        )
      }
    >
      <ImportDialogBody onClose={onClose} />
    </Dialog>
  );
}

function ImportDialogBody({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const api = useApi();
  const state = useImportState();
  const { start, settle } = useImportActions();
  const datasets = useQuery(api.datasets.list.queryOptions());
  useImportViewer();

  const made = state.phase === 'done' ? state.dataset.name : undefined;
  useEffect(() => {
    if (made === undefined) return;
    settle();
    onClose();
    router.push(`/datasets/${encodeURIComponent(made)}`);
  });

  if (state.phase === 'uploading' || state.phase === 'importing') {
    return (
      <div className="min-h-72">
        <ImportSteps
          files={state.files}
          progress={state.phase === 'importing' ? state.progress : undefined}
        />
      </div>
    );
  }
  return (
    <ImportFormView
      id={FORM_ID}
      takenNames={(datasets.data ?? []).map(({ name }) => name)}
      failure={state.phase === 'failed' ? state : null}
      onSubmit={() => void start()}
    />
  );
}
