import type { SweepDelta } from '@starling/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summary, trialRow } from '../testing/sample-sweep.ts';
import { drawProgress, plainProgress } from './draw-progress.ts';
import {
  applyDelta,
  finishedCount,
  runningTrials,
  startState,
  type WatchState,
} from './watch-state.ts';

const report = (epoch: number) => ({
  ...{ epoch, trainLoss: 1, trainAccuracy: 0.5, validationLoss: 1, validationAccuracy: 0.4 },
  ...{ learningRate: 0.001, seconds: 1 },
});

/** A sweep's life as numbered deltas. */
const deltas: SweepDelta[] = [
  { kind: 'trial', row: trialRow(1, 'running') },
  { kind: 'trial', row: trialRow(2, 'running') },
  { kind: 'epochs', trialId: 'trl_1', number: 1, family: 'mlp', reports: [report(1), report(2)] },
  { kind: 'epochs', trialId: 'trl_2', number: 2, family: 'mlp', reports: [report(1)] },
  { kind: 'trial', row: { ...trialRow(1, 'completed'), epochs: 2, validationAccuracy: 0.4 } },
  { kind: 'sweep', sweep: summary({ status: 'completed' }) },
].map((change, index) => ({
  sweepId: 'swp_1',
  sequence: index + 1,
  changes: [change],
})) as unknown as SweepDelta[];

const start = startState(summary(), [], 0);

function applyAll(state: WatchState, list: readonly SweepDelta[]): WatchState {
  let last = state;
  for (const delta of list) {
    const result = applyDelta(last, delta);
    if (result.kind !== 'gap') last = result.state;
  }
  return last;
}

describe('taking in deltas', () => {
  it('knows running trials by their newest epoch', () => {
    const state = applyAll(start, deltas.slice(0, 4));
    expect(runningTrials(state).map(({ row, epoch }) => [row.number, epoch])).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });

  it('says where numbers are missing', () => {
    expect(applyDelta(start, deltas[1] as SweepDelta).kind).toBe('gap');
  });

  it('delivering any delta twice equals once, in whatever order repeats arrive', () => {
    const expected = applyAll(start, deltas);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 }), (repeats) => {
        const list = deltas.flatMap((delta, index) => [
          delta,
          ...repeats
            .filter((repeat) => repeat <= index)
            .map((repeat) => deltas[repeat] as SweepDelta),
        ]);
        expect(applyAll(start, list)).toEqual(expected);
      }),
    );
  });
});

describe('showing progress', () => {
  const state = applyAll(
    startState(
      summary({
        counts: { ...summary().counts, completed: 1, failed: 1, running: 2 },
        etaSeconds: 75,
        best: {
          trialId: 'trl_1' as never,
          number: 1,
          family: 'mlp',
          validationAccuracy: 0.4,
          overfittingGap: 0.1,
        },
      }),
      [],
      0,
    ),
    deltas.slice(0, 4),
  );

  it('draws states, best, running trials and the time left', () => {
    const text = drawProgress(state, { elapsedSeconds: 61, columns: 120, isConnected: true });
    expect(text).toContain('demo on eeg-synthetic (synthetic data)');
    expect(text).toContain('2/4 trials  1:01  ETA 1:15');
    expect(text).toContain('completed 1 · failed 1 · running 2');
    expect(text).toContain('best so far: #1 mlp, validation 40.0 %, gap +10.0 points');
    expect(text).toMatch(/#1 +mlp +epoch +2\/10 +train 50.0 % +validation 40.0 %/);
    expect(finishedCount(state.sweep)).toBe(2);
  });

  it('stays within the terminal’s width, so that it can be drawn over', () => {
    const control = String.fromCharCode(27);
    const text = drawProgress(state, { elapsedSeconds: 61, columns: 30, isConnected: false });
    for (const line of text.replaceAll(new RegExp(`${control}\\[[0-9;]*m`, 'g'), '').split('\n')) {
      expect(line.length).toBeLessThan(30);
    }
  });

  it('says it in one line where nothing can be redrawn', () => {
    expect(plainProgress(state, 5)).toBe(
      '[0:05] 2/4 trials (completed 1 · failed 1 · running 2); best so far: #1 mlp, validation 40.0 %, gap +10.0 points; ETA 1:15',
    );
  });
});
