import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SweepDelta, WatchAnswer } from './live-messages.ts';
import { type LiveSweep, mergeDeltas } from './merge-deltas.ts';
import { sampleLiveSweep, sampleRow, sampleSweepId, sampleTrialId } from './sample-sweep.ts';
import { type CatchUp, SweepChannel } from './sweep-channel.ts';

function deltaOf(sequence: number): SweepDelta {
  return {
    sweepId: sampleSweepId,
    sequence,
    changes: [{ kind: 'trial', row: sampleRow(1, { epochs: sequence }) }],
  };
}

/** A coordinator that keeps the last `logLength` deltas, and a page behind a bad line. */
class Stage {
  log: SweepDelta[] = [];
  truth: LiveSweep = sampleLiveSweep();
  page: LiveSweep | undefined = undefined;
  loads = 0;
  clockMs = 0;
  reports: CatchUp[] = [];
  errors: unknown[] = [];
  readonly logLength: number;
  readonly channel: SweepChannel;

  constructor(logLength = 1000) {
    this.logLength = logLength;
    this.channel = new SweepChannel({
      watch: async (since): Promise<WatchAnswer> => {
        const { sequence } = this.truth;
        const deltas = this.log.filter((delta) => delta.sequence > since);
        return since + deltas.length === sequence
          ? { kind: 'deltas', sequence, deltas }
          : { kind: 'reset', sequence };
      },
      load: async () => {
        this.loads++;
        return this.truth;
      },
      read: () => this.page,
      write: (state) => {
        this.page = state;
      },
      nowMs: () => this.clockMs,
      onCatchUp: (report) => this.reports.push(report),
      onError: (thrown) => this.errors.push(thrown),
    });
  }

  change(): SweepDelta {
    const delta = deltaOf(this.truth.sequence + 1);
    this.truth = mergeDeltas(this.truth, [delta]).state;
    this.log = [...this.log, delta].slice(-this.logLength);
    return delta;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe('SweepChannel', () => {
  it('loads a snapshot, then follows', async () => {
    const stage = new Stage();
    stage.change();
    await stage.channel.connected();
    await stage.channel.receive([stage.change()]);
    expect(stage.page).toEqual(stage.truth);
    expect(stage.loads).toBe(1);
    expect(stage.reports).toEqual([]);
  });

  it('catches up after an absence and says by how much', async () => {
    const stage = new Stage();
    await stage.channel.connected();
    stage.channel.disconnected();
    for (let count = 0; count < 7; count++) stage.change();
    stage.clockMs = 12_000;
    await stage.channel.connected();
    await settle();
    expect(stage.page).toEqual(stage.truth);
    expect(stage.loads).toBe(1);
    expect(stage.reports).toEqual([{ kind: 'caught-up', changes: 7, awayMs: 12_000 }]);
  });

  it('loads anew where the log no longer reaches back', async () => {
    const stage = new Stage(3);
    await stage.channel.connected();
    stage.channel.disconnected();
    for (let count = 0; count < 7; count++) stage.change();
    await stage.channel.connected();
    await settle();
    expect(stage.page).toEqual(stage.truth);
    expect(stage.loads).toBe(2);
    expect(stage.reports).toEqual([{ kind: 'reloaded', awayMs: 0 }]);
  });

  it('asks again at a hole', async () => {
    const stage = new Stage();
    await stage.channel.connected();
    stage.change();
    await stage.channel.receive([stage.change()]);
    await settle();
    expect(stage.page).toEqual(stage.truth);
    expect(stage.loads).toBe(1);
  });

  it('holds what arrives while it asks', async () => {
    const stage = new Stage();
    await stage.channel.connected();
    stage.channel.disconnected();
    stage.change();
    const connecting = stage.channel.connected();
    void stage.channel.receive([stage.change()]);
    await connecting;
    await settle();
    expect(stage.page).toEqual(stage.truth);
  });

  it('loads once, however much arrives meanwhile', async () => {
    const stage = new Stage();
    const connecting = stage.channel.connected();
    void stage.channel.receive([stage.change()]);
    void stage.channel.receive([stage.change()]);
    await connecting;
    await settle();
    expect(stage.page).toEqual(stage.truth);
    expect(stage.loads).toBe(1);
  });

  it('reports a failed load instead of hiding it', async () => {
    const stage = new Stage();
    stage.channel.disconnected();
    const broken = new SweepChannel({
      watch: () => Promise.reject(new Error('no answer')),
      load: () => Promise.reject(new Error('no answer')),
      read: () => undefined,
      write: () => undefined,
      nowMs: () => 0,
      onCatchUp: () => undefined,
      onError: (thrown) => stage.errors.push(thrown),
    });
    await broken.connected();
    expect(stage.errors).toHaveLength(1);
  });

  it('ends whole after any weather', async () => {
    const weather = fc.array(
      fc.constantFrom('change', 'lose', 'double', 'late', 'disconnect', 'connect'),
      { maxLength: 80 },
    );
    await fc.assert(
      fc.asyncProperty(weather, fc.integer({ min: 1, max: 30 }), async (events, logLength) => {
        const stage = new Stage(logLength);
        let late: SweepDelta[] = [];
        await stage.channel.connected();
        for (const event of events) {
          if (event === 'disconnect') stage.channel.disconnected();
          else if (event === 'connect') void stage.channel.connected();
          else if (event === 'lose') stage.change();
          else if (event === 'late') late.push(stage.change());
          else {
            const delta = stage.change();
            const copies = event === 'double' ? [delta, delta] : [delta];
            void stage.channel.receive([...late, ...copies]);
            late = [];
          }
        }
        await stage.channel.connected();
        await stage.channel.receive([stage.change()]);
        await settle();
        expect(stage.page?.rows[sampleTrialId(1)]).toEqual(stage.truth.rows[sampleTrialId(1)]);
        expect(stage.page?.sequence).toBe(stage.truth.sequence);
        expect(stage.errors).toEqual([]);
      }),
    );
  });
});
