import { clsx } from 'clsx';
import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';

export interface FieldAids {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong, one sentence each. */
  errors?: readonly string[];
  /** Draws the control with what ties it to its label and messages. */
  children: (aids: FieldAids) => ReactNode;
  className?: string;
  isOptional?: boolean;
}

/** A labelled control with its hint and its errors. */
export function Field({ label, hint, errors = [], children, className, isOptional }: FieldProps) {
  const id = useId();
  const hasErrors = errors.length > 0;
  const describedBy = [hint === undefined ? '' : `${id}-hint`, hasErrors ? `${id}-errors` : '']
    .filter((part) => part !== '')
    .join(' ');
  return (
    <div className={clsx('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 flex items-baseline gap-1.5 text-sm font-medium text-ink">
        {label}
        {isOptional === true && <span className="text-xs font-normal text-ink-3">optional</span>}
      </label>
      {children({
        id,
        'aria-describedby': describedBy === '' ? undefined : describedBy,
        'aria-invalid': hasErrors ? true : undefined,
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-ink-3">
          {hint}
        </p>
      )}
      {hasErrors && <FieldErrors id={`${id}-errors`} errors={errors} />}
    </div>
  );
}

export function FieldErrors({ id, errors }: { id?: string; errors: readonly string[] }) {
  if (errors.length === 0) return null;
  return (
    <ul id={id} className="mt-1 space-y-0.5 text-xs text-bad">
      {errors.map((error) => (
        <li key={error} className="flex items-start gap-1">
          <CircleAlert className="mt-[3px] size-3 shrink-0" aria-hidden="true" />
          <span className="min-w-0 break-words">{error}</span>
        </li>
      ))}
    </ul>
  );
}
