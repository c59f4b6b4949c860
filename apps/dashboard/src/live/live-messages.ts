import type {
  EpochReport,
  ImportProgress,
  LeaderboardRow,
  SweepSummary,
  Verdict,
  WireError,
  WorkerSummary,
} from '@starling/domain';

/** Socket.IO namespace of live pages. */
export const LIVE_NAMESPACE = '/live';

/** One change of a sweep; applying it twice equals once. */
export type LiveChange =
  | { kind: 'sweep'; sweep: SweepSummary }
  | { kind: 'trial'; row: LeaderboardRow }
  | { kind: 'epochs'; trialId: string; number: number; family: string; reports: EpochReport[] }
  | { kind: 'verdict'; trialId: string; verdict: Verdict };

/** Changes of one sweep under one number; numbers of a sweep have no holes. */
export interface SweepDelta {
  sweepId: string;
  sequence: number;
  changes: LiveChange[];
}

/** deltas: all after `since`, in order. reset: load the sweep anew, go on from `sequence`. */
export type WatchAnswer =
  | { kind: 'deltas'; sequence: number; deltas: SweepDelta[] }
  | { kind: 'reset'; sequence: number };

export type Ack<Value> = { ok: true; value: Value } | { ok: false; error: WireError };

type Answer<Value> = (ack: Ack<Value>) => void;

export interface LiveToServer {
  'sweep.watch': (
    message: { sweepId: string; since: number | null },
    answer: Answer<WatchAnswer>,
  ) => void;
  'sweep.unwatch': (message: { sweepId: string }, answer: Answer<object>) => void;
  'sweeps.watch': (message: object, answer: Answer<object>) => void;
  'fleet.watch': (message: object, answer: Answer<{ workers: WorkerSummary[] }>) => void;
  'import.watch': (message: { requestId: string }, answer: Answer<object>) => void;
}

export interface LiveToClient {
  'sweep.delta': (delta: SweepDelta) => void;
  'sweeps.changed': (sweep: SweepSummary) => void;
  'fleet.changed': (workers: WorkerSummary[]) => void;
  'import.progress': (event: { requestId: string; progress: ImportProgress }) => void;
}
