import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeReports } from './merge-reports.ts';
import { sampleReport } from './sample-sweep.ts';

const curve = (...epochs: number[]) => epochs.map((epoch) => sampleReport(epoch));
const epochsOf = (reports: readonly { epoch: number }[]) => reports.map((report) => report.epoch);

describe('mergeReports', () => {
  it('puts late epochs where they belong', () => {
    expect(epochsOf(mergeReports(curve(3, 5), curve(4, 1)))).toEqual([1, 3, 4, 5]);
  });

  it('lets the newer of two win', () => {
    expect(mergeReports(curve(1, 2), [sampleReport(2, 0.9)])[1]?.validationAccuracy).toBe(0.9);
  });

  it('gives the very same curve back for what it has', () => {
    const known = curve(1, 2, 3);
    expect(mergeReports(known, curve(2, 3))).toBe(known);
    expect(mergeReports(known, [])).toBe(known);
  });

  it('gives the whole curve in order for any pieces of it', () => {
    const epochs = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(epochs, { maxLength: 6 }), (pieces) => {
        const merged = pieces.reduce<ReturnType<typeof curve>>(
          (known, piece) => [...mergeReports(known, curve(...piece))],
          [],
        );
        expect(epochsOf(merged)).toEqual([...new Set(pieces.flat())].sort((a, b) => a - b));
      }),
    );
  });
});
