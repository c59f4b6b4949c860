'use client';

import { aliasSchema, type Model } from '@starling/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useApi } from '../../browser/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { ErrorNote } from '../../ui/feedback.tsx';
import { TextInput } from '../../ui/inputs.tsx';
import { announce } from '../../ui/Toast.tsx';

interface AliasDialogProps {
  model: Model;
  /** The version to point at; null while closed. */
  version: number | null;
  onClose: () => void;
}

/** Points an alias at a version, moving it from wherever it was. */
export function AliasDialog({ model, version, onClose }: AliasDialogProps) {
  const api = useApi();
  const queryClient = useQueryClient();
  const formId = useId();
  const [alias, setAlias] = useState('champion');
  const set = useMutation(
    api.models.setAlias.mutationOptions({
      onSuccess: (answer) => {
        queryClient.setQueryData(api.models.get.queryKey({ name: model.name }), answer);
        void queryClient.invalidateQueries(api.models.list.pathFilter());
        announce(`${alias} points at version ${version}`);
        onClose();
      },
    }),
  );
  const check = aliasSchema.safeParse(alias);
  const holder = model.versions.find((one) => one.aliases.includes(alias));
  return (
    <Dialog
      isOpen={version !== null}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`Alias for version ${version ?? ''}`}
      description="Clients that ask for the alias get this version from their next request on."
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            type="submit"
            form={formId}
            look="primary"
            disabled={!check.success}
            isBusy={set.isPending}
          >
            Set alias
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="space-y-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (check.success && version !== null) set.mutate({ name: model.name, version, alias });
        }}
      >
        <Field
          label="Alias"
          hint={
            holder === undefined || holder.version === version
              ? 'For example champion, or candidate.'
              : `Moves here from version ${holder.version}.`
          }
          errors={check.success ? [] : [check.error.issues[0]?.message ?? 'is not an alias']}
        >
          {(aids) => (
            <TextInput {...aids} value={alias} onChange={(event) => setAlias(event.target.value)} />
          )}
        </Field>
        <ErrorNote error={set.error} />
      </form>
    </Dialog>
  );
}
