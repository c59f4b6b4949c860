import { clsx } from 'clsx';
import type { ReactNode } from 'react';

interface PanelProps {
  title?: ReactNode;
  hint?: ReactNode;
  actions?: ReactNode;
  className?: string;
  /** Leaves out the padding, for tables that reach the edge. */
  isFlush?: boolean;
  children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, hint, actions, className, isFlush = false, children }: PanelProps) {
  return (
    <section className={clsx('min-w-0 rounded-lg border border-line bg-surface', className)}>
      {(title !== undefined || actions !== undefined) && (
        <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2">
          <div className="min-w-0 flex-1 basis-48">
            <h2 className="text-sm font-semibold text-ink">{title}</h2>
            {hint !== undefined && <p className="text-xs text-ink-3">{hint}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className={clsx(!isFlush && 'p-4')}>{children}</div>
    </section>
  );
}
