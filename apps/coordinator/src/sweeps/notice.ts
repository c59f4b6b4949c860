import { z } from 'zod';

/**
 * What coordinators tell each other on commit. `sweep`: a delta was appended. `work`: slots
 * may find something to do. `interrupt`: a worker has to be told about attempts; those that
 * are named end at once, others are looked up. `drain`: a worker has to be told to drain.
 * `fleet`: what workers run, or who is there, has changed.
 */
const noticeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sweep'), sweepId: z.string(), sequence: z.int() }),
  z.object({ kind: z.literal('work') }),
  z.object({
    kind: z.literal('interrupt'),
    workerId: z.string(),
    cancelled: z.array(z.object({ trialId: z.string(), attempt: z.int(), reason: z.string() })),
  }),
  z.object({ kind: z.literal('drain'), workerId: z.string(), reason: z.string() }),
  z.object({ kind: z.literal('fleet') }),
]);
export type Notice = z.output<typeof noticeSchema>;

/** A notification's payload as a notice; undefined for one that this version does not know. */
export function readNotice(payload: string): Notice | undefined {
  try {
    const result = noticeSchema.safeParse(JSON.parse(payload));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** Postgres refuses payloads from 8,000 bytes on: what surely fits, however it is escaped. */
export const cancelledPerNotice = 10;
export const noticeReasonLength = 100;
