'use client';

import { type Role, roles } from '@starling/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { TriangleAlert } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../browser/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { Snippet } from '../../ui/CopyButton.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { ErrorNote } from '../../ui/feedback.tsx';
import { TextInput } from '../../ui/inputs.tsx';
import { roleMeanings } from './role-words.ts';

const FORM_ID = 'create-token';

interface CreateTokenProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Makes a token and shows its text, this once. */
export function CreateTokenDialog({ isOpen, onOpenChange }: CreateTokenProps) {
  const api = useApi();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const create = useMutation(
    api.access.createToken.mutationOptions({
      onSuccess: () =>
        Promise.all([
          queryClient.invalidateQueries({ queryKey: api.access.listTokens.queryKey() }),
          queryClient.invalidateQueries({ queryKey: api.system.audit.pathKey() }),
        ]),
    }),
  );
  const made = create.data;
  const change = (next: boolean): void => {
    onOpenChange(next);
    if (next) return;
    // The text is not kept anywhere, this page included.
    create.reset();
    setName('');
    setRole('viewer');
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({ name: name.trim(), role });
  };
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={change}
      title={made === undefined ? 'Create a token' : `Token “${made.summary.name}”`}
      description={
        made === undefined
          ? 'For a person, a worker or a program.'
          : roleMeanings[made.summary.role]
      }
      footer={
        made === undefined ? (
          <>
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button
              type="submit"
              form={FORM_ID}
              look="primary"
              disabled={name.trim() === ''}
              isBusy={create.isPending}
            >
              Create
            </Button>
          </>
        ) : (
          <Button look="primary" onClick={() => change(false)}>
            I have copied it
          </Button>
        )
      }
    >
      {made === undefined ? (
        <form id={FORM_ID} onSubmit={submit} className="grid gap-4">
          <Field label="Name" hint="Whom or what it is for; shown in the list and the audit log.">
            {(aids) => (
              <TextInput
                {...aids}
                maxLength={80}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <fieldset>
            <legend className="mb-1 text-sm font-medium text-ink">Role</legend>
            <div className="grid gap-1.5">
              {roles.map((one) => (
                <label
                  key={one}
                  className={clsx(
                    'flex items-start gap-2.5 rounded-md border px-3 py-2 transition-colors has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-accent',
                    one === role
                      ? 'border-accent bg-accent-soft/50'
                      : 'border-line hover:border-ink-3',
                  )}
                >
                  <input
                    type="radio"
                    name="role"
                    className="mt-1 accent-(--accent)"
                    checked={one === role}
                    onChange={() => setRole(one)}
                  />
                  <span className="min-w-0 text-sm">
                    <span className="font-medium text-ink">{one}</span>
                    <span className="block text-xs text-ink-3">{roleMeanings[one]}</span>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
          <ErrorNote error={create.error} />
        </form>
      ) : (
        <div className="grid gap-3">
          <Snippet text={made.token} label="Copy the token" />
          <p
            role="status"
            className="flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn"
          >
            <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            Copy it now: it is shown this once and kept nowhere but as a hash. Whoever has it may do
            what the role {made.summary.role} may.
          </p>
        </div>
      )}
    </Dialog>
  );
}
