import { acceptReport, type EpochReport, packIdSchema, trialIdSchema } from '@starling/domain';
import type { ReportsAnswer, RunningAttempt, SendReports } from '@starling/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trialIdOf } from '../testing/assignments.ts';
import { curveAt } from '../testing/fake-slot.ts';
import { type Fact, Outbox, type OutboxEvent } from './outbox.ts';

const packId = packIdSchema.parse(`pck_${'0'.repeat(26)}`);

function attemptOf(number: number): RunningAttempt {
  return { packId, trialId: trialIdSchema.parse(trialIdOf(number)), attempt: 1, slot: number };
}

function finishOf({ packId, trialId, attempt }: RunningAttempt, lastEpoch: number): Fact {
  return {
    event: 'trial.finished',
    message: {
      packId,
      trialId,
      attempt,
      lastEpoch,
      result: {
        outcome: 'completed',
        reason: null,
        failureReason: null,
        confusionMatrix: null,
        validationAuc: null,
        weightsSha256: null,
        weightsBytes: null,
      },
    },
  };
}

/** Stores reports as the coordinator does; may lose some of what it has stored. */
class Receiver {
  readonly stored = new Map<string, EpochReport[]>();

  take(sent: SendReports): ReportsAnswer {
    return {
      results: sent.reports.map(({ trialId, attempt, report }) => {
        const known = this.stored.get(trialId) ?? [];
        this.stored.set(trialId, known);
        const trial = { attempt: 1, lastEpoch: known.length, isRunning: true };
        const decision = acceptReport(trial, { attempt, epoch: report.epoch });
        if (decision === 'fresh') known.push(report);
        return { trialId, attempt, epoch: report.epoch, decision, verdict: null };
      }),
    };
  }
}

const EPOCHS = 12;

describe('the outbox', () => {
  it('delivers every report once and in order and each finish last, whatever fails on the way', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('train', 'deliver', 'settle') },
      { weight: 1, arbitrary: fc.constantFrom('lose-answer', 'lose-message', 'forget', 'refuse') },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const outbox = new Outbox();
        const receiver = new Receiver();
        const attempts = [1, 2, 3].map(attemptOf);
        const events: OutboxEvent[][] = attempts.map(() => []);
        const trained = attempts.map(() => 0);
        const finished: string[] = [];
        attempts.forEach((attempt, index) => {
          outbox.open(attempt, (event) => events[index]?.push(event));
        });

        function train(): void {
          attempts.forEach((attempt, index) => {
            const epoch = (trained[index] ?? 0) + 1;
            if (epoch > EPOCHS) return;
            trained[index] = epoch;
            outbox.addReport(attempt, curveAt(index, epoch));
            if (epoch === EPOCHS) outbox.addFact(attempt, finishOf(attempt, EPOCHS));
          });
        }

        function deliver(fate: string): void {
          const message = outbox.takeReports();
          if (message !== null) {
            const answer = fate === 'lose-message' ? null : receiver.take(message);
            outbox.settleReports(message, fate === 'lose-answer' ? null : answer);
          }
          for (const { attempt, fact } of outbox.takeFacts()) {
            const has = receiver.stored.get(attempt.trialId)?.length ?? 0;
            const isWhole = has === EPOCHS;
            if (isWhole && fate !== 'lose-message') finished.push(attempt.trialId);
            const isStored = isWhole && fate === 'deliver';
            outbox.settleFact(attempt, fact, isStored ? 'stored' : 'again');
          }
        }

        for (const each of steps) {
          if (each === 'train') train();
          else if (each === 'forget') {
            // A restored database: the last epochs are gone again.
            for (const stored of receiver.stored.values()) stored.splice(-2);
          } else deliver(each === 'refuse' ? 'lose-answer' : each === 'settle' ? 'deliver' : each);
        }
        for (let round = 0; round < 3 * EPOCHS; round++) {
          train();
          deliver('deliver');
        }

        expect(outbox.pending).toBe(0);
        expect(outbox.running).toEqual([]);
        attempts.forEach((attempt, index) => {
          const curve = Array.from({ length: EPOCHS }, (_, epoch) => curveAt(index, epoch + 1));
          if (!steps.includes('forget'))
            expect(receiver.stored.get(attempt.trialId)).toEqual(curve);
          expect(finished).toContain(attempt.trialId);
          expect(events[index]?.filter(({ kind }) => kind !== 'answered')).toEqual([
            { kind: 'closed' },
          ]);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('sends from the start again after a gap', () => {
    const outbox = new Outbox();
    const receiver = new Receiver();
    const attempt = attemptOf(1);
    outbox.open(attempt, () => {});
    for (let epoch = 1; epoch <= 3; epoch++) outbox.addReport(attempt, curveAt(1, epoch));
    const first = outbox.takeReports();
    if (first === null) throw new Error('nothing to send');
    outbox.settleReports(first, receiver.take(first));
    receiver.stored.clear();
    outbox.addReport(attempt, curveAt(1, 4));
    const second = outbox.takeReports();
    if (second === null) throw new Error('nothing to send');
    expect(second.reports.map(({ report }) => report.epoch)).toEqual([4]);
    outbox.settleReports(second, receiver.take(second));
    expect(outbox.takeReports()?.reports.map(({ report }) => report.epoch)).toEqual([1, 2, 3, 4]);
  });

  it('gives up an attempt whose gap no resend can close', () => {
    const outbox = new Outbox();
    const attempt = attemptOf(1);
    const events: OutboxEvent[] = [];
    outbox.open(attempt, (event) => events.push(event));
    // Resumed at epoch 5 at a coordinator that has none of the first four.
    outbox.addReport(attempt, curveAt(1, 5));
    const receiver = new Receiver();
    for (let round = 0; round < 20; round++) {
      const message = outbox.takeReports();
      if (message !== null) outbox.settleReports(message, receiver.take(message));
    }
    expect(events).toEqual([{ kind: 'dropped', reason: expect.stringContaining('lost epochs') }]);
    expect(outbox.pending).toBe(0);
  });

  it('drops a stale attempt and forgets what it still had to say', () => {
    const outbox = new Outbox();
    const attempt = attemptOf(1);
    const events: OutboxEvent[] = [];
    outbox.open(attempt, (event) => events.push(event));
    outbox.addReport(attempt, curveAt(1, 1));
    const message = outbox.takeReports();
    if (message === null) throw new Error('nothing to send');
    const { trialId } = attempt;
    outbox.addReport(attempt, curveAt(1, 2));
    outbox.settleReports(message, {
      results: [{ trialId, attempt: 1, epoch: 1, decision: 'stale', verdict: null }],
    });
    outbox.addReport(attempt, curveAt(1, 3));
    outbox.addFact(attempt, finishOf(attempt, 3));
    expect(events.map(({ kind }) => kind)).toEqual(['dropped']);
    expect([outbox.takeReports(), outbox.takeFacts(), outbox.pending]).toEqual([null, [], 0]);
  });

  it('holds a fact back until the reports made before it have arrived', () => {
    const outbox = new Outbox();
    const attempt = attemptOf(1);
    outbox.open(attempt, () => {});
    outbox.addReport(attempt, curveAt(1, 1));
    outbox.addFact(attempt, finishOf(attempt, 1));
    expect(outbox.takeFacts()).toEqual([]);
    const message = outbox.takeReports();
    if (message === null) throw new Error('nothing to send');
    outbox.settleReports(message, new Receiver().take(message));
    expect(outbox.takeFacts()).toHaveLength(1);
    expect(outbox.takeFacts()).toEqual([]);
  });
});
