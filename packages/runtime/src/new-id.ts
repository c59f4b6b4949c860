import { randomBytes } from 'node:crypto';
import { type Clock, formatId, type IdKind } from '@starling/domain';
import { systemClock } from './clock.ts';

/** A new id of its kind, as `swp_…`: ordered by time, unguessable within a millisecond. */
export function newId(kind: IdKind, clock: Clock = systemClock): string {
  return formatId(kind, clock.nowMs(), randomBytes(10));
}
