import type { Clock } from '@starling/domain';
import { createLogUpdate } from 'log-update';
import type { Terminal } from '../output/terminal.ts';
import { describeEndings, drawProgress, plainProgress } from './draw-progress.ts';
import type { SweepFollower } from './follow-sweep.ts';
import type { WatchState } from './watch-state.ts';

export interface ProgressDisplay extends SweepFollower {
  /** A line above the display. */
  note(line: string): void;
  /** Leaves the last drawing on the screen. */
  end(): void;
}

const plainEveryMs = 5_000;
const drawEveryMs = 100;

/** Shows a sweep's progress on the error stream: redrawn on a terminal, else a line now and then. */
export function createProgressDisplay(terminal: Terminal, clock: Clock): ProgressDisplay {
  const startedAt = clock.monotonicMs();
  const update = terminal.isFancy ? createLogUpdate(process.stderr) : undefined;
  let state: WatchState | undefined;
  let isConnected = true;
  let shownAt = Number.NEGATIVE_INFINITY;

  const elapsedSeconds = () => (clock.monotonicMs() - startedAt) / 1000;

  function draw(): void {
    if (update === undefined || state === undefined) return;
    shownAt = clock.monotonicMs();
    const view = { elapsedSeconds: elapsedSeconds(), columns: terminal.columns, isConnected };
    update(drawProgress(state, view));
  }

  const ticking = update === undefined ? undefined : setInterval(draw, 1_000);
  ticking?.unref();

  return {
    onState(next) {
      const before = state;
      state = next;
      if (update !== undefined) {
        if (clock.monotonicMs() - shownAt >= drawEveryMs) draw();
        return;
      }
      for (const line of describeEndings(before, next)) terminal.err(line);
      if (clock.monotonicMs() - shownAt < plainEveryMs) return;
      shownAt = clock.monotonicMs();
      terminal.err(plainProgress(next, elapsedSeconds()));
    },
    onConnection(connected) {
      if (connected === isConnected) return;
      isConnected = connected;
      if (update === undefined) {
        terminal.err(connected ? 'connected again' : 'connection lost; trying again');
      }
      draw();
    },
    note(line) {
      if (update === undefined) terminal.err(line);
      else update.clear();
      if (update !== undefined) terminal.err(line);
      draw();
    },
    end() {
      clearInterval(ticking);
      draw();
      update?.done();
    },
  };
}
