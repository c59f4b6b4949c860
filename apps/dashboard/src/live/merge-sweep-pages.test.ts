import type { SweepSummary } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { mergeSweepPages } from './merge-sweep-pages.ts';
import { sampleSweep } from './sample-sweep.ts';

function summary(last: string, sequence: number): SweepSummary {
  const { spec: _spec, ...rest } = sampleSweep(sequence);
  return { ...rest, id: `${rest.id.slice(0, -1)}${last}` as SweepSummary['id'] };
}

const pages = [
  { items: [summary('5', 3), summary('4', 9)], cursor: 'next' },
  { items: [summary('2', 1)], cursor: null },
];

describe('mergeSweepPages', () => {
  it('moves a known sweep on, on whichever page it is', () => {
    const merged = mergeSweepPages(pages, summary('2', 7));
    expect(merged[1]?.items.map((item) => item.sequence)).toEqual([7]);
    expect(merged[0]).toBe(pages[0]);
  });

  it('ignores an older copy', () => {
    expect(mergeSweepPages(pages, summary('4', 8))[0]?.items[1]?.sequence).toBe(9);
  });

  it('puts a new sweep on top and leaves old unknown ones to later pages', () => {
    expect(mergeSweepPages(pages, summary('6', 1))[0]?.items).toHaveLength(3);
    expect(mergeSweepPages(pages, summary('1', 1)).flatMap((page) => page.items)).toHaveLength(3);
  });
});
