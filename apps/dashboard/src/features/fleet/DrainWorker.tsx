'use client';

import type { WorkerSummary } from '@starling/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../browser/api.tsx';
import { usePermission } from '../../browser/use-principal.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { formatPlural } from '../../ui/format.ts';
import { announce, announceError } from '../../ui/Toast.tsx';

/** Sends a worker home: it checkpoints, hands back and leaves. */
export function DrainWorker({ worker }: { worker: WorkerSummary }) {
  const api = useApi();
  const queryClient = useQueryClient();
  const administering = usePermission('administer');
  const [isAsking, setAsking] = useState(false);
  const drain = useMutation(
    api.fleet.drain.mutationOptions({
      onSuccess: async () => {
        announce(`${worker.name} is draining`);
        await queryClient.invalidateQueries({ queryKey: api.fleet.list.queryKey() });
      },
      onError: (error) => announceError(`${worker.name} could not be drained`, error),
      onSettled: () => setAsking(false),
    }),
  );
  if (worker.status !== 'connected') return null;
  const running = worker.slots.reduce((sum, { trials }) => sum + trials.length, 0);
  return (
    <>
      <Button
        size="sm"
        disabled={!administering.isAllowed}
        title={administering.why ?? 'Checkpoint, hand back and leave'}
        onClick={() => setAsking(true)}
      >
        Drain
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={`Drain ${worker.name}?`}
        confirmLabel="Drain the worker"
        isBusy={drain.isPending}
        onConfirm={() => drain.mutate({ id: worker.id })}
      >
        It takes nothing new, stores a checkpoint of{' '}
        {running === 0 ? 'what it runs' : formatPlural(running, 'running trial')}, hands it back and
        leaves. No trial is lost: other slots go on from the checkpoints. To have the worker again,
        start it again.
      </ConfirmDialog>
    </>
  );
}
