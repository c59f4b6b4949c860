import { clsx } from 'clsx';

interface ProgressPart {
  share: number;
  /** A background class. */
  className: string;
  title: string;
}

interface ProgressBarProps {
  label: string;
  /** 0 to 1. */
  value: number;
  /** Parts of the bar; without them one part as long as `value`. */
  parts?: readonly ProgressPart[];
  className?: string;
}

export function ProgressBar({ label, value, parts, className }: ProgressBarProps) {
  const share = Math.min(1, Math.max(0, value));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      className={clsx('flex h-1.5 w-full overflow-hidden rounded-full bg-sunken', className)}
    >
      {(parts ?? [{ share, className: 'bg-accent', title: label }]).map((part) => (
        <span
          key={part.title}
          title={part.title}
          className={clsx('h-full transition-[width] duration-300', part.className)}
          style={{ width: `${part.share * 100}%` }}
        />
      ))}
    </div>
  );
}
