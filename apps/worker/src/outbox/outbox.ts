import type { EpochReport, Verdict } from '@starling/domain';
import type {
  CheckpointSaved,
  PackHandedBack,
  ReportsAnswer,
  RunningAttempt,
  SendReports,
  TrialFinished,
} from '@starling/protocol';

/** A fact that is sent alone. */
export type Fact =
  | { event: 'checkpoint.saved'; message: CheckpointSaved }
  | { event: 'trial.finished'; message: TrialFinished }
  | { event: 'pack.handback'; message: PackHandedBack };

/** What the coordinator's answers mean for a running trial. */
export type OutboxEvent =
  | { kind: 'answered'; epoch: number; verdict: Verdict | null }
  /** No fact of the attempt counts any more: its training is in vain. */
  | { kind: 'dropped'; reason: string }
  /** The attempt's last fact is stored. */
  | { kind: 'closed' };

export type AttemptRef = Pick<RunningAttempt, 'trialId' | 'attempt'>;

interface Lane {
  attempt: RunningAttempt;
  /** Every report of this attempt, kept to its end: a coordinator that lost some asks again. */
  reports: EpochReport[];
  /** Reports from the start that the coordinator has. */
  acked: number;
  isReporting: boolean;
  /** In order; each waits for the reports that were made before it. */
  facts: { fact: Fact; afterReports: number }[];
  isSendingFact: boolean;
  /** The most that `acked` ever was. */
  furthest: number;
  /** Resends in a row that brought nothing forward. */
  fruitlessRewinds: number;
  listener: (event: OutboxEvent) => void;
}

/** Resends of everything after which a gap is the coordinator's own loss. */
const MAXIMUM_REWINDS = 5;
const REPORTS_A_MESSAGE = 500;

const keyOf = (attempt: AttemptRef): string => `${attempt.trialId}/${attempt.attempt}`;

/**
 * Facts of running attempts, kept until the coordinator has them. Holds no connection and no
 * clock: `take…` marks what is to be sent as under way, `settle…` says what became of it.
 * Of one attempt, reports go out in order, and a fact only after the reports before it.
 * Whatever was under way and failed is taken again; the receiver knows repetitions by
 * (trial, attempt, epoch).
 */
export class Outbox {
  readonly #lanes = new Map<string, Lane>();

  /** Begins an attempt. Its listener hears `dropped` or `closed` once, last. */
  open(attempt: RunningAttempt, listener: (event: OutboxEvent) => void): void {
    this.#lanes.set(keyOf(attempt), {
      attempt,
      reports: [],
      acked: 0,
      isReporting: false,
      facts: [],
      isSendingFact: false,
      furthest: 0,
      fruitlessRewinds: 0,
      listener,
    });
  }

  /** Attempts with facts outstanding or still to come. */
  get running(): RunningAttempt[] {
    return [...this.#lanes.values()].map((lane) => lane.attempt);
  }

  /** Facts that the coordinator does not have yet. */
  get pending(): number {
    let count = 0;
    for (const lane of this.#lanes.values()) {
      count += lane.reports.length - lane.acked + lane.facts.length;
    }
    return count;
  }

  isOpen(attempt: AttemptRef): boolean {
    return this.#lanes.has(keyOf(attempt));
  }

  /** Facts of attempts that are not open are of no use to anyone and are forgotten. */
  addReport(attempt: AttemptRef, report: EpochReport): void {
    this.#lanes.get(keyOf(attempt))?.reports.push(report);
  }

  addFact(attempt: AttemptRef, fact: Fact): void {
    const lane = this.#lanes.get(keyOf(attempt));
    lane?.facts.push({ fact, afterReports: lane.reports.length });
  }

  /** The next reports of all attempts (or of one), as one message. Null: nothing to send. */
  takeReports(only?: AttemptRef): SendReports | null {
    const reports: SendReports['reports'] = [];
    for (const [key, lane] of this.#lanes) {
      if (lane.isReporting || (only !== undefined && keyOf(only) !== key)) continue;
      const room = REPORTS_A_MESSAGE - reports.length;
      const { trialId, attempt } = lane.attempt;
      const next = lane.reports.slice(lane.acked, lane.acked + room);
      if (next.length === 0) continue;
      lane.isReporting = true;
      reports.push(...next.map((report) => ({ trialId, attempt, report })));
    }
    return reports.length === 0 ? null : { reports };
  }

  /** Takes the answer to `takeReports`; null where it failed and is to be sent again. */
  settleReports(sent: SendReports, answer: ReportsAnswer | null): void {
    for (const report of sent.reports) {
      const lane = this.#lanes.get(keyOf(report));
      if (lane !== undefined) lane.isReporting = false;
    }
    const rewound = new Set<Lane>();
    for (const { decision, verdict, ...result } of answer?.results ?? []) {
      const lane = this.#lanes.get(keyOf(result));
      // After a gap the rest of the message is behind the same gap.
      if (lane === undefined || rewound.has(lane)) continue;
      switch (decision) {
        case 'fresh':
        case 'duplicate':
          this.#acknowledge(lane, result.epoch);
          lane.listener({ kind: 'answered', epoch: result.epoch, verdict });
          break;
        case 'stale':
          this.drop(result, 'the coordinator has a newer attempt of this trial');
          break;
        case 'gap':
          rewound.add(lane);
          this.#rewind(lane);
          break;
      }
    }
  }

  /** Each attempt's next fact whose reports have arrived. */
  takeFacts(): { attempt: RunningAttempt; fact: Fact }[] {
    const taken: { attempt: RunningAttempt; fact: Fact }[] = [];
    for (const lane of this.#lanes.values()) {
      const [head] = lane.facts;
      if (head === undefined || lane.isSendingFact || lane.acked < head.afterReports) continue;
      lane.isSendingFact = true;
      taken.push({ attempt: lane.attempt, fact: head.fact });
    }
    return taken;
  }

  /**
   * `stored`: the fact is done with. `again`: it is sent once more, after the attempt's
   * reports, in case the coordinator lacks some. `stale`: the attempt is over.
   */
  settleFact(attempt: AttemptRef, fact: Fact, outcome: 'stored' | 'again' | 'stale'): void {
    const lane = this.#lanes.get(keyOf(attempt));
    if (lane === undefined) return;
    lane.isSendingFact = false;
    switch (outcome) {
      case 'stored':
        lane.facts = lane.facts.filter((queued) => queued.fact !== fact);
        if (fact.event === 'trial.finished') this.#close(lane);
        if (fact.event === 'pack.handback') {
          for (const handedBack of fact.message.attempts) {
            const other = this.#lanes.get(keyOf(handedBack));
            if (other !== undefined) this.#close(other);
          }
        }
        break;
      case 'again':
        if (fact.event === 'trial.finished') lane.acked = 0;
        break;
      case 'stale':
        for (const each of fact.event === 'pack.handback' ? fact.message.attempts : [attempt]) {
          this.drop(each, 'the coordinator has a newer attempt of this trial');
        }
        break;
    }
  }

  /** Forgets an attempt and everything that it still had to say. */
  drop(attempt: AttemptRef, reason: string): void {
    const lane = this.#lanes.get(keyOf(attempt));
    if (lane === undefined) return;
    this.#lanes.delete(keyOf(attempt));
    lane.listener({ kind: 'dropped', reason });
  }

  #close(lane: Lane): void {
    this.#lanes.delete(keyOf(lane.attempt));
    lane.listener({ kind: 'closed' });
  }

  #acknowledge(lane: Lane, epoch: number): void {
    const first = lane.reports[0]?.epoch ?? epoch;
    lane.acked = Math.max(lane.acked, epoch - first + 1);
    if (lane.acked <= lane.furthest) return;
    lane.furthest = lane.acked;
    lane.fruitlessRewinds = 0;
  }

  #rewind(lane: Lane): void {
    lane.fruitlessRewinds++;
    if (lane.fruitlessRewinds > MAXIMUM_REWINDS) {
      this.drop(lane.attempt, 'the coordinator lost epochs from before this attempt');
      return;
    }
    lane.acked = 0;
  }
}
