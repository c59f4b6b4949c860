'use client';

import { X } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { Button } from '../../../ui/Button.tsx';
import type { FieldAids } from '../../../ui/Field.tsx';
import { TextInput } from '../../../ui/inputs.tsx';

/** Options that a browser shows at once without delay. */
const OPTIONS_AT_MOST = 1000;

interface ColumnChipsProps {
  aids: FieldAids;
  values: readonly string[];
  /** Columns to choose from; empty where they are not known, then any name goes. */
  columns: readonly string[];
  onValues: (values: string[]) => void;
}

/** Any number of columns: typed with completion, taken off by a click or by Backspace. */
export function ColumnChips({ aids, values, columns, onValues }: ColumnChipsProps) {
  const listId = useId();
  const [text, setText] = useState('');
  const rest = columns.filter((column) => !values.includes(column));
  const isKnown = (name: string): boolean => columns.length === 0 || rest.includes(name);
  const add = (name: string): void => {
    if (name === '' || values.includes(name) || !isKnown(name)) return;
    onValues([...values, name]);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      add(text.trim());
    } else if (event.key === 'Backspace' && text === '' && values.length > 0) {
      onValues(values.slice(0, -1));
    }
  };
  return (
    <div>
      <div className="flex gap-2">
        <TextInput
          {...aids}
          list={listId}
          value={text}
          placeholder={rest.length === 0 && columns.length > 0 ? 'no column left' : 'Column'}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            const { value } = event.target;
            const { nativeEvent } = event;
            setText(value);
            // Chosen from the list rather than typed: that is the whole name.
            const isTyped =
              nativeEvent instanceof InputEvent &&
              nativeEvent.inputType !== 'insertReplacementText';
            if (!isTyped && rest.includes(value)) add(value);
          }}
        />
        <datalist id={listId}>
          {rest.slice(0, OPTIONS_AT_MOST).map((column) => (
            <option key={column} value={column} />
          ))}
        </datalist>
        <Button
          disabled={text.trim() === '' || !isKnown(text.trim())}
          onClick={() => add(text.trim())}
        >
          Leave out
        </Button>
      </div>
      {values.length > 0 && (
        <ul className="mt-2 flex max-h-24 flex-wrap gap-1.5 overflow-y-auto" aria-label="Left out">
          {values.map((value) => (
            <li key={value} className="max-w-full">
              <button
                type="button"
                onClick={() => onValues(values.filter((one) => one !== value))}
                aria-label={`Take ${value} back in`}
                title={`Take ${value} back in`}
                className="inline-flex h-6 max-w-full items-center gap-1 rounded-full border border-line-strong bg-surface pr-1.5 pl-2.5 font-mono text-xs text-ink-2 hover:text-ink"
              >
                <span className="truncate">{value}</span>
                <X className="size-3 shrink-0" aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
