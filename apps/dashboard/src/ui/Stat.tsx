import type { ReactNode } from 'react';

interface StatProps {
  label: string;
  value: ReactNode;
  detail?: ReactNode;
  title?: string;
}

/** One number with its name; the height is the same with and without a value. */
export function Stat({ label, value, detail, title }: StatProps) {
  return (
    <div className="min-w-0" title={title}>
      <dt className="truncate text-xs text-ink-3">{label}</dt>
      <dd className="truncate text-lg leading-6 font-semibold text-ink">{value}</dd>
      <dd className="h-4 truncate text-2xs text-ink-3">{detail}</dd>
    </div>
  );
}
