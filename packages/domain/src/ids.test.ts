import { describe, expect, it } from 'vitest';
import { formatId, idPrefixes, sweepIdSchema, trialIdSchema } from './ids.ts';

const bytes = (fill: number) => new Uint8Array(10).fill(fill);

describe('formatId', () => {
  it('fits its own schema and no other', () => {
    const id = formatId('sweep', 1_790_000_000_000, bytes(255));
    expect(sweepIdSchema.parse(id)).toBe(id);
    expect(trialIdSchema.safeParse(id).success).toBe(false);
  });

  it('orders by time, whatever the random part', () => {
    const earlier = formatId('trial', 1000, bytes(255));
    const later = formatId('trial', 1001, bytes(0));
    expect(earlier < later).toBe(true);
  });

  it('keeps every random bit', () => {
    const ids = new Set<string>();
    for (let bit = 0; bit < 80; bit++) {
      const random = new Uint8Array(10);
      random[bit >> 3] = 1 << (bit & 7);
      ids.add(formatId('pack', 0, random));
    }
    expect(ids.size).toBe(80);
  });

  it('has a prefix of its own for each kind', () => {
    expect(new Set(Object.values(idPrefixes)).size).toBe(Object.keys(idPrefixes).length);
  });
});
