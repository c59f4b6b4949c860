import {
  epochReportSchema,
  importProgressSchema,
  leaderboardRowSchema,
  sweepIdSchema,
  sweepSummarySchema,
  trialIdSchema,
  verdictSchema,
  workerSummarySchema,
} from '@starling/domain';
import { z } from 'zod';
import type { Ack } from './ack.ts';

/** One change of a sweep. Applying it twice equals once. */
export const liveChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sweep'), sweep: sweepSummarySchema }),
  z.object({ kind: z.literal('trial'), row: leaderboardRowSchema }),
  z.object({
    kind: z.literal('epochs'),
    trialId: trialIdSchema,
    number: z.int(),
    family: z.string(),
    reports: z.array(epochReportSchema),
  }),
  z.object({ kind: z.literal('verdict'), trialId: trialIdSchema, verdict: verdictSchema }),
]);
export type LiveChange = z.output<typeof liveChangeSchema>;

/** Changes of one sweep under one sequence number; numbers of a sweep have no holes. */
export const sweepDeltaSchema = z.object({
  sweepId: sweepIdSchema,
  sequence: z.int().min(1),
  changes: z.array(liveChangeSchema),
});
export type SweepDelta = z.output<typeof sweepDeltaSchema>;

export const watchSweepSchema = z.object({
  sweepId: sweepIdSchema,
  /** Last sequence number that the page has; null when it has nothing yet. */
  since: z.int().nonnegative().nullable(),
});

/**
 * deltas: all after `since`, in order. reset: they are no longer kept, or `since` was null;
 * load the sweep anew and continue from `sequence`.
 */
export const watchAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('deltas'), sequence: z.int(), deltas: z.array(sweepDeltaSchema) }),
  z.object({ kind: z.literal('reset'), sequence: z.int() }),
]);
export type WatchAnswer = z.output<typeof watchAnswerSchema>;

export const liveRequests = {
  'sweep.watch': { message: watchSweepSchema, answer: watchAnswerSchema },
  'sweep.unwatch': { message: z.object({ sweepId: sweepIdSchema }), answer: z.object({}) },
  /** Every sweep's summary as it changes, for lists. */
  'sweeps.watch': { message: z.object({}), answer: z.object({}) },
  'fleet.watch': {
    message: z.object({}),
    answer: z.object({ workers: z.array(workerSummarySchema) }),
  },
  'import.watch': {
    message: z.object({ requestId: z.string().min(8).max(64) }),
    answer: z.object({}),
  },
} as const;
export type LiveRequestName = keyof typeof liveRequests;

export const importEventSchema = z.object({
  requestId: z.string(),
  progress: importProgressSchema,
});

export interface LiveToServer {
  'sweep.watch': (
    message: z.input<typeof watchSweepSchema>,
    answer: (ack: Ack<WatchAnswer>) => void,
  ) => void;
  'sweep.unwatch': (message: { sweepId: string }, answer: (ack: Ack<object>) => void) => void;
  'sweeps.watch': (message: object, answer: (ack: Ack<object>) => void) => void;
  'fleet.watch': (
    message: object,
    answer: (ack: Ack<{ workers: z.output<typeof workerSummarySchema>[] }>) => void,
  ) => void;
  'import.watch': (message: { requestId: string }, answer: (ack: Ack<object>) => void) => void;
}

export interface LiveToClient {
  'sweep.delta': (delta: SweepDelta) => void;
  'sweeps.changed': (sweep: z.output<typeof sweepSummarySchema>) => void;
  'fleet.changed': (workers: z.output<typeof workerSummarySchema>[]) => void;
  'import.progress': (event: z.output<typeof importEventSchema>) => void;
}
