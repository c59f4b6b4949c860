import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: ReactNode;
  /** Where this page lies: links with slashes. */
  trail?: ReactNode;
  hint?: ReactNode;
  badges?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, trail, hint, badges, actions }: PageHeaderProps) {
  return (
    <header className="mb-4 flex flex-wrap items-end gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 basis-64">
        {trail !== undefined && (
          <nav
            aria-label="Breadcrumb"
            className="mb-0.5 flex items-center gap-1.5 text-xs text-ink-3"
          >
            {trail}
          </nav>
        )}
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <h1 className="min-w-0 text-xl font-semibold tracking-tight break-words text-ink">
            {title}
          </h1>
          {badges}
        </div>
        {hint !== undefined && <p className="mt-0.5 text-sm text-ink-2">{hint}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
