'use client';

import type { DatasetSummary } from '@starling/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useApi } from '../../../browser/api.tsx';
import { usePermission } from '../../../browser/use-principal.ts';
import { Button } from '../../../ui/Button.tsx';
import { ConfirmDialog } from '../../../ui/Dialog.tsx';
import { ErrorNote } from '../../../ui/feedback.tsx';
import { announce } from '../../../ui/Toast.tsx';

/** Deletes a data set that nothing refers to; a refusal says in words what does. */
export function DeleteDataset({ dataset }: { dataset: DatasetSummary | undefined }) {
  const api = useApi();
  const router = useRouter();
  const queryClient = useQueryClient();
  const operating = usePermission('operate');
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation(
    api.datasets.remove.mutationOptions({
      onSuccess: async () => {
        setAsking(false);
        announce(`${dataset?.name ?? 'The data set'} is deleted`);
        router.push('/datasets');
        await queryClient.invalidateQueries({ queryKey: api.datasets.list.queryKey() });
      },
    }),
  );
  return (
    <>
      <Button
        disabled={dataset === undefined || !operating.isAllowed}
        title={operating.why ?? undefined}
        icon={<Trash2 className="size-4" aria-hidden="true" />}
        onClick={() => {
          remove.reset();
          setAsking(true);
        }}
      >
        Delete
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={`Delete “${dataset?.name ?? ''}”?`}
        confirmLabel="Delete the data set"
        isBusy={remove.isPending}
        onConfirm={() => {
          if (dataset !== undefined) remove.mutate({ id: dataset.id });
        }}
      >
        <p>
          It can be deleted while no sweep and no model version refers to it. This cannot be undone;
          to have it again, upload its files again.
        </p>
        {dataset?.source === 'built-in' && (
          <p className="mt-2">It is built in, so it is made anew at the next start.</p>
        )}
        <div className="mt-3 empty:hidden">
          <ErrorNote error={remove.error} />
        </div>
      </ConfirmDialog>
    </>
  );
}
