/**
 * Pages of the audit log that were seen, newest first: the cursor by which each was asked for.
 * The last one is in sight; null asks for the newest page.
 */
export type SeenPages = readonly [string | null, ...(string | null)[]];

export const newestPage: SeenPages = [null];

/** The cursor of the page in sight. */
export function cursorOf(seen: SeenPages): string | null {
  return seen.at(-1) ?? null;
}

/** Goes on to the page that `cursor` asks for; stays where there is none. */
export function turnOlder(seen: SeenPages, cursor: string | null): SeenPages {
  return cursor === null || cursor === cursorOf(seen) ? seen : [...seen, cursor];
}

/** Goes back to the page before; stays at the newest. */
export function turnNewer(seen: SeenPages): SeenPages {
  const [first, ...rest] = seen;
  return [first, ...rest.slice(0, -1)];
}
