'use client';

import { clsx } from 'clsx';
import { Check, ChevronDown } from 'lucide-react';
import { type ComponentProps, type ReactNode, useEffect, useId, useState } from 'react';

const boxClass =
  'w-full min-w-0 rounded-md border border-line-strong bg-surface text-ink placeholder:text-ink-3 transition-colors hover:border-ink-3 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-ink-3 aria-invalid:border-bad';

export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={clsx(boxClass, 'h-9 px-2.5 text-sm', className)}
    />
  );
}

interface NumberInputProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange'> {
  value: number | null;
  onValue: (value: number | null) => void;
}

/** A number as text, so that `1e-4` can be typed; what is no number is handed on as null. */
export function NumberInput({ value, onValue, className, ...rest }: NumberInputProps) {
  const [text, setText] = useState(() => showNumber(value));
  useEffect(() => {
    setText((current) => (readNumber(current) === value ? current : showNumber(value)));
  }, [value]);
  return (
    <TextInput
      inputMode="decimal"
      {...rest}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onValue(readNumber(event.target.value));
      }}
      className={clsx('font-mono', className)}
    />
  );
}

function showNumber(value: number | null): string {
  if (value === null) return '';
  const size = Math.abs(value);
  return size !== 0 && size < 1e-3 ? value.toExponential() : String(value);
}

function readNumber(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

export function SelectInput({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={clsx('relative inline-block w-full', className)}>
      <select {...rest} className={clsx(boxClass, 'h-9 appearance-none py-0 pr-8 pl-2.5 text-sm')}>
        {children}
      </select>
      <ChevronDown
        className="pointer-events-none absolute top-2.5 right-2.5 size-4 text-ink-3"
        aria-hidden="true"
      />
    </span>
  );
}

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type' | 'children'> {
  label: ReactNode;
  hint?: ReactNode;
  /** The label is for screen readers alone. */
  isLabelHidden?: boolean;
}

export function Checkbox({ label, hint, isLabelHidden, className, ...rest }: CheckboxProps) {
  const id = useId();
  return (
    <span className={clsx('flex items-start gap-2', className)}>
      <span className="relative mt-0.5 grid size-4 shrink-0 place-items-center">
        <input
          id={id}
          {...rest}
          type="checkbox"
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          className="peer size-4 appearance-none rounded-sm border border-line-strong bg-surface checked:border-accent checked:bg-accent disabled:opacity-50"
        />
        <Check
          className="pointer-events-none absolute size-3 text-on-accent opacity-0 peer-checked:opacity-100"
          strokeWidth={3}
          aria-hidden="true"
        />
      </span>
      <label htmlFor={id} className={clsx('min-w-0 text-sm', isLabelHidden === true && 'sr-only')}>
        <span className="text-ink">{label}</span>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="block text-xs text-ink-3">
            {hint}
          </span>
        )}
      </label>
    </span>
  );
}

interface SegmentsProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: ReactNode; title?: string }[];
  onValue: (value: Value) => void;
  size?: 'sm' | 'md';
  className?: string;
}

/** One of a few, all in sight: radio buttons drawn as one bar. */
export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  const name = useId();
  const { label, value, options, onValue, size = 'sm', className } = props;
  return (
    <fieldset
      className={clsx(
        'inline-flex max-w-full shrink-0 rounded-md border border-line bg-sunken p-0.5',
        className,
      )}
    >
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          title={option.title}
          className={clsx(
            'relative flex items-center justify-center rounded-[5px] px-2.5 text-xs font-medium whitespace-nowrap transition-colors has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-accent',
            size === 'sm' ? 'h-6' : 'h-8',
            option.value === value
              ? 'bg-raised text-ink shadow-[0_1px_2px_rgb(0_0_0/12%)]'
              : 'text-ink-2 hover:text-ink',
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onValue(option.value)}
            className="absolute inset-0 cursor-pointer appearance-none opacity-0"
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

interface ChipsProps<Value extends string> {
  label: string;
  values: readonly Value[];
  options: readonly { value: Value; label: ReactNode }[];
  onValues: (values: Value[]) => void;
}

/** Any of a few, in the order of the options. */
export function Chips<Value extends string>({
  label,
  values,
  options,
  onValues,
}: ChipsProps<Value>) {
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => {
        const isOn = values.includes(option.value);
        return (
          <button
            key={option.value}
            type="button"
            aria-pressed={isOn}
            onClick={() =>
              onValues(
                options
                  .map((one) => one.value)
                  .filter((one) => (one === option.value ? !isOn : values.includes(one))),
              )
            }
            className={clsx(
              'h-7 rounded-full border px-2.5 text-xs font-medium transition-colors',
              isOn
                ? 'border-accent bg-accent-soft text-accent-strong'
                : 'border-line-strong bg-surface text-ink-2 hover:text-ink',
            )}
          >
            {option.label}
          </button>
        );
      })}
    </fieldset>
  );
}
