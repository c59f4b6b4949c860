'use client';

import type { Problem } from '@starling/domain';
import { Field, FieldErrors } from '../../../ui/Field.tsx';
import { NumberInput, SelectInput, TextInput } from '../../../ui/inputs.tsx';
import { ProgressBar } from '../../../ui/ProgressBar.tsx';
import { type ImportForm, leadingHead, messagesAt, totalPercent } from './import-form.ts';

interface FieldsProps {
  form: ImportForm;
  edit: (change: (form: ImportForm) => ImportForm) => void;
  problems: readonly Problem[];
}

const sides = [
  { side: 'train', label: 'Train, %', color: 'bg-accent' },
  { side: 'validation', label: 'Validation, %', color: 'bg-violet' },
  { side: 'test', label: 'Test, %', color: 'bg-warn' },
] as const;

/** How one file becomes three sides. */
export function SplitFields({ form, edit, problems }: FieldsProps) {
  const columns = leadingHead(form)?.columns ?? [];
  const total = totalPercent(form);
  const chooseGroup = (group: string): void =>
    edit((current) => ({
      ...current,
      group,
      ignore: current.ignore.filter((column) => column !== group),
    }));
  return (
    <div className="grid gap-4">
      <fieldset>
        <legend className="mb-1 text-sm font-medium text-ink">Split</legend>
        <div className="grid grid-cols-3 gap-3">
          {sides.map(({ side, label }) => (
            <Field key={side} label={<span className="font-normal text-ink-2">{label}</span>}>
              {(aids) => (
                <NumberInput
                  {...aids}
                  aria-invalid={messagesAt(problems, 'split').length > 0 || undefined}
                  value={form.shares[side]}
                  onValue={(percent) =>
                    edit((one) => ({ ...one, shares: { ...one.shares, [side]: percent } }))
                  }
                />
              )}
            </Field>
          ))}
        </div>
        <ProgressBar
          label={`Shares, ${total ?? 0} percent in all`}
          value={1}
          className="mt-2.5"
          parts={sides.map(({ side, label, color }) => ({
            share: Math.max(0, form.shares[side] ?? 0) / Math.max(100, total ?? 100),
            className: color,
            title: `${label} ${form.shares[side] ?? 0}`,
          }))}
        />
        <p className="mt-1.5 text-xs text-ink-3">
          Every class keeps its share on each side. The test side is scored once, at promotion.
        </p>
        <FieldErrors errors={messagesAt(problems, 'split')} />
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Group"
          hint="Rows of one group, such as a patient, stay on one side."
          isOptional
          errors={messagesAt(problems, 'group')}
        >
          {(aids) =>
            columns.length > 0 ? (
              <SelectInput
                {...aids}
                value={form.group}
                onChange={(event) => chooseGroup(event.target.value)}
              >
                <option value="">No groups</option>
                {columns
                  .filter((column) => column !== form.label)
                  .map((column) => (
                    <option key={column} value={column}>
                      {column}
                    </option>
                  ))}
              </SelectInput>
            ) : (
              <TextInput
                {...aids}
                value={form.group}
                onChange={(event) => chooseGroup(event.target.value)}
                className="font-mono"
              />
            )
          }
        </Field>
        <Field
          label="Seed"
          hint="The same seed gives the same split."
          errors={messagesAt(problems, 'seed')}
        >
          {(aids) => (
            <NumberInput
              {...aids}
              inputMode="numeric"
              value={form.seed}
              onValue={(seed) => edit((one) => ({ ...one, seed }))}
            />
          )}
        </Field>
      </div>
    </div>
  );
}
