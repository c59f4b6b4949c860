import { describe, expect, it } from 'vitest';
import { cancelledPerNotice, type Notice, noticeReasonLength, readNotice } from './notice.ts';
import { readCursor, writeCursor } from './page-cursor.ts';

describe('readNotice', () => {
  it('reads what was written', () => {
    const notice: Notice = { kind: 'sweep', sweepId: 'swp_1', sequence: 7 };
    expect(readNotice(JSON.stringify(notice))).toEqual(notice);
  });

  it.each(['', 'not json', '{}', '{"kind":"from a later version"}', 'null'])(
    'leaves %j alone',
    (payload) => {
      expect(readNotice(payload)).toBeUndefined();
    },
  );

  it('stays below what Postgres carries, however many trials are cancelled', () => {
    const cancelled = Array.from({ length: cancelledPerNotice }, () => ({
      trialId: `trl_${'0'.repeat(26)}`,
      attempt: 1000,
      reason: '\u0001'.repeat(noticeReasonLength),
    }));
    const notice: Notice = { kind: 'interrupt', workerId: `wrk_${'0'.repeat(26)}`, cancelled };
    expect(Buffer.byteLength(JSON.stringify(notice))).toBeLessThan(8000);
  });
});

describe('page cursors', () => {
  it('come back as they went', () => {
    const place = { createdAt: new Date('2026-01-02T03:04:05.678Z'), id: 'swp_x' };
    expect(readCursor(writeCursor(place))).toEqual(place);
    expect(readCursor(null)).toBeNull();
  });

  it.each(['', 'x', '2026-01-01T00:00:00Z', '~id'])('refuses %j', (cursor) => {
    expect(() => readCursor(cursor)).toThrow('cursor');
  });
});
