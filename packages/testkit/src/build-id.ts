import { formatId, type IdKind } from '@starling/domain';

/** The id of its kind that belongs to a number: the same in every run, ordered as the numbers. */
export function buildId(kind: IdKind, number: number): string {
  return formatId(kind, Date.UTC(2026, 0, 1, 12) + number, new Uint8Array(10));
}
