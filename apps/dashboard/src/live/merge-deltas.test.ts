import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SweepDelta } from './live-messages.ts';
import { CURVES_KEPT, mergeCurves, mergeDeltas, trialsWithoutStart } from './merge-deltas.ts';
import {
  sampleLiveSweep,
  sampleReport,
  sampleRow,
  sampleSweep,
  sampleSweepId,
  sampleTrialId,
} from './sample-sweep.ts';

/** Delta n: trial n % 4 has finished one more epoch. */
function deltaOf(sequence: number): SweepDelta {
  const number = (sequence % 4) + 1;
  const epoch = Math.floor(sequence / 4) + 1;
  return {
    sweepId: sampleSweepId,
    sequence,
    changes: [
      { kind: 'trial', row: sampleRow(number, { epochs: epoch }) },
      {
        kind: 'epochs',
        trialId: sampleTrialId(number),
        number,
        family: 'mlp',
        reports: [sampleReport(epoch)],
      },
      { kind: 'sweep', sweep: { ...sampleSweep(sequence), epochsDone: sequence } },
    ],
  };
}

const twenty = Array.from({ length: 20 }, (_, index) => deltaOf(index + 1));

describe('mergeDeltas', () => {
  it('moves rows, curves and the summary on', () => {
    const { state, applied, hasHole } = mergeDeltas(sampleLiveSweep(), twenty);
    expect({ applied, hasHole, sequence: state.sequence }).toEqual({
      applied: 20,
      hasHole: false,
      sequence: 20,
    });
    expect(state.sweep.epochsDone).toBe(20);
    expect(state.rows[sampleTrialId(2)]?.epochs).toBe(5);
    expect(state.curves[sampleTrialId(2)]?.reports.map((report) => report.epoch)).toEqual([
      1, 2, 3, 4, 5,
    ]);
    expect(state.sweep.spec).toEqual(sampleSweep().spec);
  });

  it('gives one result for any order, grouping and repetition', () => {
    const truth = mergeDeltas(sampleLiveSweep(), twenty).state;
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 19 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        (picks, size) => {
          const noise = picks.map((index) => twenty[index]).filter((delta) => delta !== undefined);
          const deltas = [...noise, ...twenty];
          let state = sampleLiveSweep();
          for (let index = 0; index < deltas.length; index += size) {
            const batch = deltas.slice(index, index + size);
            const outcome = mergeDeltas(state, batch);
            state = outcome.state;
            if (outcome.hasHole) {
              // What a page does at a hole: ask for everything after its number.
              state = mergeDeltas(
                state,
                twenty.filter((delta) => delta.sequence > state.sequence),
              ).state;
            }
          }
          expect(state).toEqual(truth);
        },
      ),
    );
  });

  it('stops at a hole and says so', () => {
    const outcome = mergeDeltas(sampleLiveSweep(), [deltaOf(1), deltaOf(2), deltaOf(4)]);
    expect(outcome).toMatchObject({ applied: 2, hasHole: true });
    expect(outcome.state.sequence).toBe(2);
  });

  it('returns the very same state for duplicates', () => {
    const { state } = mergeDeltas(sampleLiveSweep(), twenty);
    const outcome = mergeDeltas(state, twenty.slice(3, 9));
    expect(outcome.state).toBe(state);
    expect(outcome.duplicates).toBe(6);
  });

  it('does not turn rows back that were read later than the summary', () => {
    const start = {
      ...sampleLiveSweep(0),
      rowsSequence: 8,
      rows: { [sampleTrialId(1)]: sampleRow(1, { epochs: 3 }) },
    };
    const half = mergeDeltas(start, twenty.slice(0, 4)).state;
    expect(half.rows[sampleTrialId(1)]?.epochs).toBe(3);
    const { state } = mergeDeltas(half, twenty.slice(4, 8));
    expect(state.rows[sampleTrialId(1)]?.epochs).toBe(3);
    expect(mergeDeltas(state, twenty.slice(8)).state.rows[sampleTrialId(1)]?.epochs).toBe(6);
  });

  it('ignores other sweeps', () => {
    const other = { ...deltaOf(1), sweepId: 'swp_other' };
    expect(mergeDeltas(sampleLiveSweep(), [other]).applied).toBe(0);
  });

  it('keeps memory bounded, running trials first', () => {
    const deltas = Array.from({ length: CURVES_KEPT + 20 }, (_, index): SweepDelta => {
      const number = index + 1;
      const isRunning = number <= 3;
      return {
        sweepId: sampleSweepId,
        sequence: number,
        changes: [
          {
            kind: 'trial',
            row: sampleRow(number, {
              status: isRunning ? 'running' : 'completed',
              validationAccuracy: isRunning ? 0.01 : number / 1000,
            }),
          },
          {
            kind: 'epochs',
            trialId: sampleTrialId(number),
            number,
            family: 'mlp',
            reports: [sampleReport(1)],
          },
        ],
      };
    });
    const { curves } = mergeDeltas(sampleLiveSweep(), deltas).state;
    expect(Object.keys(curves)).toHaveLength(CURVES_KEPT);
    for (const number of [1, 2, 3, CURVES_KEPT + 20]) {
      expect(curves[sampleTrialId(number)]).toBeDefined();
    }
    expect(curves[sampleTrialId(4)]).toBeUndefined();
  });
});

describe('curves that were loaded', () => {
  it('fill the start of a curve first seen in the middle', () => {
    const trialId = sampleTrialId(7);
    const late: SweepDelta = {
      sweepId: sampleSweepId,
      sequence: 1,
      changes: [
        { kind: 'epochs', trialId, number: 7, family: 'mlp', reports: [sampleReport(3, 0.9)] },
      ],
    };
    const { state } = mergeDeltas(sampleLiveSweep(), [late]);
    expect(trialsWithoutStart(state)).toEqual([trialId]);
    const whole = mergeCurves(state, [
      {
        trialId,
        number: 7,
        family: 'mlp',
        reports: [sampleReport(1), sampleReport(2), sampleReport(3, 0.1)],
      },
    ]);
    expect(trialsWithoutStart(whole)).toEqual([]);
    const reports = whole.curves[trialId]?.reports ?? [];
    expect(reports.map((report) => report.epoch)).toEqual([1, 2, 3]);
    expect(reports[2]?.validationAccuracy).toBe(0.9);
  });
});
