import { clsx } from 'clsx';
import type { ReactNode } from 'react';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info' | 'violet' | 'accent';

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-2',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  violet: 'bg-violet-soft text-violet',
  accent: 'bg-accent-soft text-accent-strong',
};

interface BadgeProps {
  tone?: Tone;
  /** A dot before the text, for states; it breathes while something runs. */
  dot?: 'still' | 'breathing';
  title?: string;
  className?: string;
  children: ReactNode;
}

export function Badge({ tone = 'neutral', dot, title, className, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={clsx(
        'inline-flex h-5 max-w-full items-center gap-1.5 rounded-full px-2 text-2xs font-medium whitespace-nowrap',
        tones[tone],
        className,
      )}
    >
      {dot !== undefined && (
        <span
          aria-hidden="true"
          className={clsx(
            'size-1.5 shrink-0 rounded-full bg-current',
            dot === 'breathing' && 'animate-pulse-soft',
          )}
        />
      )}
      <span className="truncate">{children}</span>
    </span>
  );
}

/** Wherever generated data is named, the page says so. */
export function SyntheticBadge() {
  return (
    <Badge tone="violet" title="Generated data: results say nothing about the real world.">
      synthetic
    </Badge>
  );
}
