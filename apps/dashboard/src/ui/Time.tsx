'use client';

import { useNow } from '../browser/use-now.ts';
import { formatAgo, NOTHING } from './format.ts';

const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** How long ago; the exact time on hover. */
export function Time({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (at === null || at === undefined) return <>{NOTHING}</>;
  const then = Date.parse(at);
  return (
    <time dateTime={at} title={now === 0 ? at : absolute.format(then)} suppressHydrationWarning>
      {now === 0 ? '' : formatAgo(then, now)}
    </time>
  );
}
