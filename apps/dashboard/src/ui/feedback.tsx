'use client';

import { toClientError } from '@starling/api/client';
import { describeProblem } from '@starling/domain';
import { clsx } from 'clsx';
import { CloudOff, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { Murmuration } from './Murmuration.tsx';

/** Holds the place of what is on its way, in its size. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={clsx('block animate-pulse-soft rounded-md bg-sunken', className)}
    />
  );
}

interface EmptyStateProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  isCompact?: boolean;
  className?: string;
}

/** Nothing here yet, and what to do about it. */
export function EmptyState({ title, children, action, isCompact, className }: EmptyStateProps) {
  return (
    <div
      className={clsx(
        'flex flex-col items-center justify-center px-6 text-center',
        isCompact === true ? 'py-8' : 'py-14',
        className,
      )}
    >
      {isCompact !== true && <Murmuration className="mb-5 w-56 text-accent opacity-70" />}
      <p className="text-base font-semibold text-ink">{title}</p>
      {children !== undefined && <div className="mt-1 max-w-md text-sm text-ink-2">{children}</div>}
      {action !== undefined && (
        <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>
      )}
    </div>
  );
}

interface ErrorStateProps {
  title: string;
  error: unknown;
  onRetry?: (() => void) | undefined;
  className?: string;
}

/** What went wrong, in the coordinator's words, and a way to try again. */
export function ErrorState({ title, error, onRetry, className }: ErrorStateProps) {
  return (
    <div
      role="alert"
      className={clsx('flex flex-col items-center px-6 py-10 text-center', className)}
    >
      <CloudOff className="mb-3 size-6 text-bad" aria-hidden="true" />
      <p className="text-base font-semibold text-ink">{title}</p>
      <div className="mt-1 max-w-lg text-sm text-ink-2">
        <ErrorText error={error} />
      </div>
      {onRetry !== undefined && (
        <Button
          className="mt-4"
          size="sm"
          onClick={onRetry}
          icon={<RotateCw className="size-3.5" aria-hidden="true" />}
        >
          Try again
        </Button>
      )}
    </div>
  );
}

/** An error as text: each problem on its own line, else the message. */
export function ErrorText({ error }: { error: unknown }) {
  const known = toClientError(error);
  if (known.problems.length === 0) return <p className="break-words">{known.message}</p>;
  return (
    <ul className="space-y-1 text-left">
      {known.problems.map((problem) => (
        <li key={describeProblem(problem)} className="break-words">
          <code className="font-mono text-xs text-ink">{problem.field}</code>: {problem.message}
          {problem.value !== undefined && <> (got {problem.value})</>}
          {problem.fix !== undefined && <span className="text-ink-3"> — {problem.fix}</span>}
        </li>
      ))}
    </ul>
  );
}

/** An error beside a form's button. */
export function ErrorNote({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
      <ErrorText error={error} />
    </div>
  );
}
