'use client';

import type { Problem } from '@starling/domain';
import { Field } from '../../../ui/Field.tsx';
import { formatPlural } from '../../../ui/format.ts';
import { SelectInput, TextInput } from '../../../ui/inputs.tsx';
import { ColumnChips } from './ColumnChips.tsx';
import {
  type ImportForm,
  leadingHead,
  messagesAt,
  typeInto,
  withSuggestions,
} from './import-form.ts';
import { countValues } from './suggest-columns.ts';

interface FieldsProps {
  form: ImportForm;
  edit: (change: (form: ImportForm) => ImportForm) => void;
  problems: readonly Problem[];
}

/** Which column is what. */
export function ColumnFields({ form, edit, problems }: FieldsProps) {
  const head = leadingHead(form);
  const columns = head?.columns ?? [];
  const isCsv = form.format === 'csv';
  const what = isCsv ? 'column' : 'key';
  const chooseLabel = (label: string): void =>
    edit((current) => {
      const next = typeInto(current, 'label', label);
      return withSuggestions({ ...next, ignore: next.ignore.filter((one) => one !== label) });
    });
  const values =
    head === undefined || head.rows.length === 0 || !columns.includes(form.label)
      ? undefined
      : `${formatPlural(countValues(head, form.label), 'value')} in the first ${formatPlural(head.rows.length, 'row')}.`;
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Name"
          hint="In lower case; sweeps refer to it."
          errors={messagesAt(problems, 'name')}
        >
          {(aids) => (
            <TextInput
              {...aids}
              value={form.name}
              maxLength={63}
              onChange={(event) => edit((one) => typeInto(one, 'name', event.target.value))}
              className="font-mono"
            />
          )}
        </Field>
        <Field
          label={`Label ${what}`}
          hint={values ?? 'Holds the classes.'}
          errors={messagesAt(problems, 'label')}
        >
          {(aids) =>
            columns.length > 0 ? (
              <SelectInput
                {...aids}
                value={form.label}
                onChange={(event) => chooseLabel(event.target.value)}
              >
                {!columns.includes(form.label) && <option value="">Choose…</option>}
                {columns.map((column) => (
                  <option key={column} value={column}>
                    {column}
                  </option>
                ))}
              </SelectInput>
            ) : (
              <TextInput
                {...aids}
                value={form.label}
                onChange={(event) => chooseLabel(event.target.value)}
                className="font-mono"
              />
            )
          }
        </Field>
      </div>
      {isCsv && (
        <Field
          label="Columns to leave out"
          hint="Every other column must hold numbers. Text and ids in the first rows are left out already."
          isOptional
          errors={messagesAt(problems, 'ignore')}
        >
          {(aids) => (
            <ColumnChips
              aids={aids}
              values={form.ignore}
              columns={columns.filter((column) => column !== form.label && column !== form.group)}
              onValues={(ignore) => edit((one) => typeInto(one, 'ignore', ignore))}
            />
          )}
        </Field>
      )}
    </>
  );
}
