'use client';

import { useMutation } from '@tanstack/react-query';
import { Smartphone } from 'lucide-react';
import { useApi } from '../../browser/api.tsx';
import { useOrigin } from '../../browser/use-origin.ts';
import { usePermission } from '../../browser/use-principal.ts';
import { Button } from '../../ui/Button.tsx';
import { Snippet } from '../../ui/CopyButton.tsx';
import { ErrorNote } from '../../ui/feedback.tsx';

/** An address that logs another browser in as the same person, once; for admins. */
export function LoginLink() {
  const api = useApi();
  const origin = useOrigin();
  const administering = usePermission('administer');
  const create = useMutation(api.access.createLoginLink.mutationOptions());
  if (!administering.isAllowed) return null;
  return (
    <div className="mt-3 border-t border-line pt-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-ink-2">Log another browser in as you</p>
        <Button
          size="sm"
          isBusy={create.isPending}
          icon={<Smartphone className="size-3.5" aria-hidden="true" />}
          onClick={() => create.mutate()}
        >
          Make a login link
        </Button>
      </div>
      <div className="mt-2 grid gap-2 empty:hidden">
        <ErrorNote error={create.error} />
        {create.data !== undefined && (
          <>
            <Snippet text={`${origin}${create.data.path}`} label="Copy the link" />
            <p className="text-xs text-ink-3">
              Works once, within {Math.round(create.data.expiresInSeconds / 60)} minutes.
            </p>
          </>
        )}
      </div>
    </div>
  );
}
