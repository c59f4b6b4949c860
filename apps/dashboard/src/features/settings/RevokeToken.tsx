'use client';

import type { TokenSummary } from '@starling/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../browser/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from '../../ui/feedback.tsx';
import { announce } from '../../ui/Toast.tsx';

/** Ends a token's life at once, and the sessions that were begun with it. */
export function RevokeToken({ token, isOwn }: { token: TokenSummary; isOwn: boolean }) {
  const api = useApi();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const revoke = useMutation(
    api.access.revokeToken.mutationOptions({
      onSuccess: async () => {
        setAsking(false);
        announce(`${token.name} is revoked`);
        await Promise.all([
          queryClient.invalidateQueries({ queryKey: api.access.listTokens.queryKey() }),
          queryClient.invalidateQueries({ queryKey: api.system.audit.pathKey() }),
        ]);
      },
    }),
  );
  return (
    <>
      <Button
        size="sm"
        aria-label={`Revoke ${token.name}`}
        onClick={() => {
          revoke.reset();
          setAsking(true);
        }}
      >
        Revoke
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={`Revoke “${token.name}”?`}
        confirmLabel="Revoke the token"
        isBusy={revoke.isPending}
        onConfirm={() => revoke.mutate({ id: token.tokenId })}
      >
        <p>
          Whoever uses it is refused from now on, browsers logged in with it included. This cannot
          be undone; a new token can be created.
        </p>
        {token.role === 'worker' && (
          <p className="mt-2">
            Workers that joined with it lose their connection; their trials go to other slots.
          </p>
        )}
        {isOwn && (
          <p className="mt-2 font-medium text-bad">
            It is yours: this browser will be logged out at once.
          </p>
        )}
        <div className="mt-3 empty:hidden">
          <ErrorNote error={revoke.error} />
        </div>
      </ConfirmDialog>
    </>
  );
}
