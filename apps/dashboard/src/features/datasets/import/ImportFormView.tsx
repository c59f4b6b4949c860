'use client';

import type { AppError } from '@starling/domain';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Snippet } from '../../../ui/CopyButton.tsx';
import { Segments } from '../../../ui/inputs.tsx';
import { ColumnFields } from './ColumnFields.tsx';
import { equivalentCommand } from './equivalent-command.ts';
import { FileSlot } from './FileSlot.tsx';
import { HeadPreview } from './HeadPreview.tsx';
import {
  type FileRole,
  findProblems,
  leadingHead,
  messagesAt,
  rolesOf,
  typeInto,
  withFiles,
  withSuggestions,
} from './import-form.ts';
import { ProblemTable } from './ProblemTable.tsx';
import { SplitFields } from './SplitFields.tsx';
import { takeFiles, useImportForm } from './use-import.ts';

const slots: Record<FileRole, { label: string; hint: string }> = {
  all: { label: 'One file with every row', hint: 'Drop it here, or choose it' },
  train: { label: 'Train', hint: 'Networks learn from it' },
  validation: { label: 'Validation', hint: 'Networks are chosen by it' },
  test: { label: 'Test', hint: 'Optional; scored once, at promotion' },
};

interface ImportFormViewProps {
  id: string;
  takenNames: readonly string[];
  failure: { error: AppError; canAskAgain: boolean } | null;
  onSubmit: () => void;
}

/** What to import and how. The form lives outside, so that a failed import loses nothing of it. */
export function ImportFormView({ id, takenNames, failure, onSubmit }: ImportFormViewProps) {
  const { form, edit } = useImportForm();
  const [isTried, setTried] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const problems = findProblems(form, takenNames);
  const head = leadingHead(form);
  const shown = problems.filter(
    ({ field }) =>
      isTried ||
      (field === 'name' && form.name !== '') ||
      (field.startsWith('files.') && form.files[field.slice('files.'.length) as FileRole]),
  );

  useEffect(() => {
    if (failure !== null) top.current?.scrollIntoView({ block: 'nearest' });
  }, [failure]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (problems.length === 0) {
      onSubmit();
      return;
    }
    // After the messages are drawn.
    setTimeout(() => {
      const first = element.current?.querySelector<HTMLElement>('[aria-invalid]');
      first?.focus();
      first?.scrollIntoView({ block: 'center' });
    });
  };
  const remove = (role: FileRole): void =>
    edit((one) => {
      const { [role]: _file, ...files } = one.files;
      return withFiles(one, files);
    });

  return (
    <form id={id} ref={element} onSubmit={submit} noValidate className="grid gap-4">
      <div ref={top} className="-mb-4 scroll-mt-4" />
      {failure !== null && (
        <section
          role="alert"
          aria-label="The import failed"
          className="overflow-hidden rounded-md border border-bad"
        >
          <p className="bg-bad-soft px-4 py-2.5 text-sm font-medium text-bad">
            {failure.canAskAgain
              ? 'The import did not come to its end.'
              : 'Nothing was imported, and nothing is left behind. Correct it and try again.'}
          </p>
          {failure.error.problems.length > 0 ? (
            <ProblemTable problems={failure.error.problems} />
          ) : (
            <p className="px-4 py-2.5 text-sm text-ink">{failure.error.message}</p>
          )}
        </section>
      )}
      <div className="grid gap-2">
        <div className="flex min-h-9 flex-wrap items-center justify-between gap-2">
          <Segments
            label="Files"
            size="md"
            value={form.layout}
            onValue={(layout) => edit((one) => withSuggestions({ ...one, layout }))}
            options={[
              { value: 'one', label: 'One file, split here' },
              { value: 'split', label: 'A file a split' },
            ]}
          />
          {head !== undefined && (
            <Segments
              label="Format"
              size="md"
              value={form.format}
              onValue={(format) => edit((one) => typeInto(one, 'format', format))}
              options={[
                { value: 'csv', label: 'CSV' },
                { value: 'jsonl', label: 'JSON Lines' },
              ]}
            />
          )}
        </div>
        {rolesOf(form.layout).map((role) => (
          <FileSlot
            key={role}
            {...slots[role]}
            isLarge={role === 'all'}
            file={form.files[role]}
            head={form.heads[role]}
            errors={messagesAt(shown, `files.${role}`)}
            onFiles={(files) => takeFiles(files, role)}
            onRemove={() => remove(role)}
          />
        ))}
      </div>
      {head !== undefined && head.columns.length > 0 && <HeadPreview head={head} form={form} />}
      <ColumnFields form={form} edit={edit} problems={shown} />
      {form.layout === 'one' && <SplitFields form={form} edit={edit} problems={shown} />}
      <details>
        <summary className="text-sm text-ink-2 hover:text-ink">
          The same from the command line
        </summary>
        <div className="mt-2">
          <Snippet text={equivalentCommand(form)} label="Copy the command" />
          <p className="mt-1 text-xs text-ink-3">
            From another machine, add --url and --token of a role that may operate.
          </p>
        </div>
      </details>
    </form>
  );
}
