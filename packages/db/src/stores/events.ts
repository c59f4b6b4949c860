import type { Database } from '../connect.ts';

/** The one channel on which coordinators tell each other what was committed. */
export const notifyChannel = 'starling';

/** Deltas after `since`, in order, at most `limit`. */
export async function listSweepEvents(
  db: Database,
  input: { sweepId: string; since: number; limit: number },
): Promise<{ sequence: number; changes: unknown[] }[]> {
  return db.$queryRaw`
    select sequence, payload as changes from sweep_events
    where sweep_id = ${input.sweepId} and sequence > ${input.since}
    order by sequence limit ${input.limit}`;
}

/** The newest sequence number of a sweep; undefined where there is no such sweep. */
export async function findLiveSequence(db: Database, sweepId: string): Promise<number | undefined> {
  const found = await db.sweep.findUnique({
    where: { id: sweepId },
    select: { liveSequence: true },
  });
  return found?.liveSequence;
}

/** Lets go of the sweep's deltas up to a sequence number. */
export async function pruneSweepEvents(
  db: Database,
  sweepId: string,
  upTo: number,
): Promise<number> {
  const deleted = await db.sweepEvent.deleteMany({ where: { sweepId, sequence: { lte: upTo } } });
  return deleted.count;
}

/** Tells every coordinator something once the transaction commits. At most 7,000 characters. */
export async function notify(db: Database, payload: object): Promise<void> {
  await db.$executeRaw`select pg_notify(${notifyChannel}, ${JSON.stringify(payload)})`;
}
