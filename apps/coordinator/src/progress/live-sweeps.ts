import { findLiveSequence, listSweepEvents, type PrismaClient } from '@starling/db';
import { AppError } from '@starling/domain';
import type { SweepDelta, WatchAnswer } from '@starling/protocol';
import { after } from '@starling/runtime';

/** Most deltas that a page gets to catch up; one that missed more loads the sweep anew. */
export const maximumCatchUp = 500;

/** Deltas published to a room at once. */
const batch = 200;

/** Milliseconds until deltas that could not be read are looked for again. */
const retryMs = 1000;

interface Watched {
  /** Newest sequence number that the room has. */
  published: number;
  isPublishing: boolean;
  isBehind: boolean;
}

export interface LiveSweepsParts {
  prisma: PrismaClient;
  /** Sends a delta to every page here that watches the sweep. */
  send: (delta: SweepDelta) => void;
}

/**
 * Deltas of watched sweeps, from the table to the pages of this coordinator, in order and
 * without a hole: a notice only says that there is something to read, so one that is missed
 * or comes late changes nothing but the delay.
 */
export class LiveSweeps {
  readonly #parts: LiveSweepsParts;
  readonly #watched = new Map<string, Watched>();

  constructor(parts: LiveSweepsParts) {
    this.#parts = parts;
  }

  /**
   * Begins to publish a sweep, and what a page that has everything up to `since` missed. The
   * page is in the room already: a delta may reach it twice, but none is lost in between.
   */
  async watch(sweepId: string, since: number | null): Promise<WatchAnswer> {
    const { prisma } = this.#parts;
    const sequence = await findLiveSequence(prisma, sweepId);
    if (sequence === undefined) throw new AppError('not-found', `there is no sweep ${sweepId}`);
    if (!this.#watched.has(sweepId)) {
      const fresh = { published: sequence, isPublishing: false, isBehind: false };
      this.#watched.set(sweepId, fresh);
    }
    if (since === null || since > sequence) return { kind: 'reset', sequence };
    const limit = maximumCatchUp + 1;
    const events = await listSweepEvents(prisma, { sweepId, since, limit });
    const hasHole = events.length > 0 && events[0]?.sequence !== since + 1;
    const isEmptied = events.length === 0 && since < sequence;
    if (events.length > maximumCatchUp || hasHole || isEmptied) return { kind: 'reset', sequence };
    const deltas = events.map((event) => toDelta(sweepId, event));
    return { kind: 'deltas', sequence: deltas.at(-1)?.sequence ?? since, deltas };
  }

  /** Nobody here watches the sweep any more. */
  unwatch(sweepId: string): void {
    this.#watched.delete(sweepId);
  }

  /** Publishes what the room does not have; asked again meanwhile it looks once more. */
  async publish(sweepId: string): Promise<void> {
    const watched = this.#watched.get(sweepId);
    if (watched === undefined) return;
    watched.isBehind = true;
    if (watched.isPublishing) return;
    watched.isPublishing = true;
    try {
      while (watched.isBehind) {
        watched.isBehind = false;
        const events = await listSweepEvents(this.#parts.prisma, {
          sweepId,
          since: watched.published,
          limit: batch,
        });
        for (const event of events) {
          this.#parts.send(toDelta(sweepId, event));
          watched.published = event.sequence;
        }
        if (events.length === batch) watched.isBehind = true;
      }
    } catch (error) {
      // There may be no further notice of this sweep: look again by ourselves.
      after(retryMs, () => void this.publish(sweepId).catch(() => {}));
      throw error;
    } finally {
      watched.isPublishing = false;
    }
  }

  /** After notices may have been missed. */
  async publishAll(): Promise<void> {
    await Promise.all([...this.#watched.keys()].map((sweepId) => this.publish(sweepId)));
  }
}

function toDelta(sweepId: string, event: { sequence: number; changes: unknown[] }): SweepDelta {
  const { sequence, changes } = event;
  return { sweepId, sequence, changes } as SweepDelta;
}
