import type { SweepDelta, WatchAnswer } from './live-messages.ts';
import { type LiveSweep, mergeDeltas } from './merge-deltas.ts';

/** What a page did after a connection was lost and came back. */
export type CatchUp =
  | { kind: 'caught-up'; changes: number; awayMs: number }
  | { kind: 'reloaded'; awayMs: number };

export interface ChannelPorts {
  /** Asks for everything after `since`; rejects where the connection breaks meanwhile. */
  watch(since: number): Promise<WatchAnswer>;
  /** A fresh snapshot. */
  load(): Promise<LiveSweep>;
  read(): LiveSweep | undefined;
  write(state: LiveSweep): void;
  nowMs(): number;
  /** Called once each time that the page is whole again after it was away. */
  onCatchUp(report: CatchUp): void;
  onError(thrown: unknown): void;
}

const LOADS_AT_MOST = 3;

/**
 * Keeps one sweep's state in step with the coordinator.
 *
 * idle: not connected; deltas cannot arrive. syncing: a watch or a load is on its way;
 * deltas that arrive are held. following: deltas are merged as they come. `connected` leads
 * from idle to syncing, the answer to following, a hole back to syncing, `disconnected` to
 * idle. An answer that belongs to an earlier connection is dropped (`generation`).
 */
export class SweepChannel {
  readonly #ports: ChannelPorts;
  #mode: 'idle' | 'syncing' | 'following' = 'idle';
  #generation = 0;
  #held: SweepDelta[] = [];
  #awaySinceMs: number | null = null;

  constructor(ports: ChannelPorts) {
    this.#ports = ports;
  }

  connected(): Promise<void> {
    this.#generation++;
    this.#held = [];
    return this.#synchronise(this.#generation);
  }

  disconnected(): void {
    this.#generation++;
    this.#mode = 'idle';
    this.#held = [];
    this.#awaySinceMs ??= this.#ports.nowMs();
  }

  /** Deltas as they arrive; many at once cost one write. */
  receive(deltas: readonly SweepDelta[]): Promise<void> {
    if (this.#mode === 'idle') return Promise.resolve();
    if (this.#mode === 'syncing') {
      this.#held.push(...deltas);
      return Promise.resolve();
    }
    return this.#merge(deltas);
  }

  async #merge(deltas: readonly SweepDelta[]): Promise<void> {
    const state = this.#ports.read();
    if (state === undefined) return this.#synchronise(this.#generation);
    const outcome = mergeDeltas(state, deltas);
    if (outcome.applied > 0) this.#ports.write(outcome.state);
    if (outcome.hasHole) await this.#synchronise(this.#generation);
  }

  async #synchronise(generation: number): Promise<void> {
    this.#mode = 'syncing';
    try {
      const state = this.#ports.read();
      if (state === undefined) return await this.#reload(generation);
      const answer = await this.#ports.watch(state.sequence);
      if (generation !== this.#generation) return;
      if (answer.kind === 'reset') return await this.#reload(generation);
      const before = this.#ports.read()?.sequence ?? state.sequence;
      this.#follow(answer.deltas);
      this.#report({ changes: (this.#ports.read()?.sequence ?? before) - before });
    } catch (thrown) {
      if (generation === this.#generation) this.#ports.onError(thrown);
    }
  }

  async #reload(generation: number): Promise<void> {
    for (let round = 1; ; round++) {
      const loaded = await this.#ports.load();
      if (generation !== this.#generation) return;
      this.#ports.write(loaded);
      const answer = await this.#ports.watch(loaded.sequence);
      if (generation !== this.#generation) return;
      // A reset that names nothing newer says no more than that the log is empty.
      const isWhole = answer.kind === 'deltas' || answer.sequence <= loaded.sequence;
      if (isWhole) {
        this.#follow(answer.kind === 'deltas' ? answer.deltas : []);
        return this.#report(null);
      }
      if (round === LOADS_AT_MOST) throw new Error('the live log is shorter than a load takes');
    }
  }

  /** Takes the answer, then what arrived meanwhile; a hole among those asks again. */
  #follow(deltas: readonly SweepDelta[]): void {
    const arrived = [...deltas, ...this.#held];
    this.#held = [];
    this.#mode = 'following';
    void this.#merge(arrived);
  }

  #report(caughtUp: { changes: number } | null): void {
    if (this.#awaySinceMs === null) return;
    const awayMs = Math.max(0, this.#ports.nowMs() - this.#awaySinceMs);
    this.#awaySinceMs = null;
    this.#ports.onCatchUp(
      caughtUp === null
        ? { kind: 'reloaded', awayMs }
        : { kind: 'caught-up', changes: caughtUp.changes, awayMs },
    );
  }
}
