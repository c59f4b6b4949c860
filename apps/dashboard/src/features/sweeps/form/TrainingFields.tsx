'use client';

import { type FamilyParameter, trainingParameters } from '@starling/domain';
import { useState } from 'react';
import { DimensionRow } from './DimensionRow.tsx';
import type { Dimension } from './dimension.ts';
import type { SectionProps } from './section.ts';
import { type SweepForm, withDimension } from './sweep-form.ts';
import { messagesFor } from './use-sweep-draft.ts';

/** What a conditional parameter depends on, and whether the form can ever meet it. */
function conditionOf(parameter: FamilyParameter, form: SweepForm) {
  const { when } = parameter;
  if (when === undefined) return { isReachable: true, guard: undefined };
  const other = form.shared[when.parameter];
  const usual = trainingParameters.find((one) => one.name === when.parameter)?.default;
  const values =
    other === undefined
      ? [usual]
      : other.mode === 'choice'
        ? other.values
        : other.mode === 'fixed'
          ? [other.value]
          : [];
  const isMet = (value: unknown): boolean => when.values.includes(String(value));
  return {
    isReachable: values.some(isMet),
    guard: values.every(isMet) ? undefined : { [when.parameter]: [...when.values] },
  };
}

/** What is tuned first; the rest waits behind a line until it is set. */
const FIRST = new Set([
  'optimizer',
  'learningRate',
  'momentum',
  'nesterov',
  'weightDecay',
  'batchSize',
  'epochs',
  'standardise',
]);

/** Parameters of training, common to all families. */
export function TrainingFields({ form, editForm, problems }: SectionProps) {
  const extra = Object.keys(form.shared).filter(
    (name) => !trainingParameters.some((parameter) => parameter.name === name),
  );
  const offered = trainingParameters.filter(
    (parameter) =>
      form.shared[parameter.name] !== undefined || conditionOf(parameter, form).isReachable,
  );
  // What was left behind the line stays there while it is edited: rows do not jump.
  const [isMoreOpen, setMoreOpen] = useState(() =>
    Object.keys(form.shared).some((name) => !FIRST.has(name)),
  );
  const later = offered.filter((parameter) => !FIRST.has(parameter.name));
  const rowOf = (parameter: FamilyParameter) => {
    const { guard } = conditionOf(parameter, form);
    const guarded = (next: Dimension | null): Dimension | null =>
      next === null || next.when !== undefined || guard === undefined
        ? next
        : { ...next, when: guard };
    return (
      <DimensionRow
        key={parameter.name}
        parameter={parameter}
        dimension={form.shared[parameter.name] ?? null}
        onDimension={(next) =>
          editForm((current) => withDimension(current, null, parameter.name, guarded(next)))
        }
        errors={messagesFor(problems, `space.parameters.${parameter.name}`)}
      />
    );
  };
  return (
    <div className="divide-y divide-line">
      {offered.filter((parameter) => FIRST.has(parameter.name)).map(rowOf)}
      {later.length > 0 && (
        <details
          open={isMoreOpen}
          onToggle={(event) => setMoreOpen(event.currentTarget.open)}
          className="py-2.5"
        >
          <summary className="cursor-pointer text-sm font-medium text-ink-2 hover:text-ink">
            More: {later.map((parameter) => parameter.title.toLowerCase()).join(', ')}
          </summary>
          <div className="mt-1.5 divide-y divide-line">{later.map(rowOf)}</div>
        </details>
      )}
      {extra.length > 0 && (
        <p className="py-2.5 text-xs text-ink-3">
          Set in the YAML for every family: {extra.join(', ')}
        </p>
      )}
    </div>
  );
}
