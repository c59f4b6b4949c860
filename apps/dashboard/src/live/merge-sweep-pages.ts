import type { SweepSummary } from '@starling/domain';

interface SweepPage {
  items: SweepSummary[];
  cursor: string | null;
}

/** Pages of sweeps with one summary moved on; a new sweep goes to the top, an older copy is ignored. */
export function mergeSweepPages(pages: readonly SweepPage[], sweep: SweepSummary): SweepPage[] {
  let isKnown = false;
  const merged = pages.map((page) => {
    const index = page.items.findIndex((item) => item.id === sweep.id);
    const known = page.items[index];
    if (known === undefined) return page;
    isKnown = true;
    if (known.sequence > sweep.sequence) return page;
    return { ...page, items: page.items.with(index, sweep) };
  });
  const [first, ...rest] = merged;
  if (isKnown || first === undefined) return merged;
  // Ids are ordered by time: what is older than everything shown belongs to a later page.
  const isNew = first.items.every((item) => item.id < sweep.id);
  return isNew ? [{ ...first, items: [sweep, ...first.items] }, ...rest] : merged;
}
