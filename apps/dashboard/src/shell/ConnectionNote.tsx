'use client';

import { clsx } from 'clsx';
import { type LiveStatus, useLiveStatus } from '../live/LiveProvider.tsx';

const words: Record<LiveStatus, string> = {
  connecting: 'Connecting…',
  live: 'Live',
  away: 'Reconnecting…',
};

/** Whether pages move by themselves right now. */
export function ConnectionNote() {
  const status = useLiveStatus();
  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-night-ink-2">
      <span
        aria-hidden="true"
        className={clsx(
          'size-2 rounded-full',
          status === 'live' ? 'bg-[#56c991]' : 'animate-pulse-soft bg-[#e3b64c]',
        )}
      />
      {words[status]}
    </span>
  );
}
