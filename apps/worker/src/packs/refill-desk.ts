import type { Attempt } from './attempt.ts';
import type { TrainingRoom } from './train-attempt.ts';

/** Between two requests of a slot, in milliseconds: doubled while nothing comes of them. */
const askAgain = { leastMs: 1000, mostMs: 30_000 };

/** Asks for trials that take the free places of a slot's pack; at most one request at a time. */
export class RefillDesk {
  readonly #room: Pick<TrainingRoom, 'askRefill' | 'clock'>;
  readonly #slot: number;
  #waitMs = askAgain.leastMs;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #isAsking = false;
  #isFutile = false;

  constructor(room: Pick<TrainingRoom, 'askRefill' | 'clock'>, slot: number) {
    this.#room = room;
    this.#slot = slot;
  }

  /**
   * Between two epochs of a pack that has free places. While trials of the slot have yet to begin
   * nothing is asked for: they take places first.
   */
  offer(attempts: readonly Attempt[], free: number): void {
    const { askRefill, clock } = this.#room;
    const nowMs = clock.monotonicMs();
    if (askRefill === undefined || this.#isFutile) return;
    if (this.#isAsking || nowMs < this.#notBeforeMs) return;
    const [first] = attempts;
    if (first === undefined || !attempts.every(({ hasBegun }) => hasBegun)) return;
    this.#isAsking = true;
    this.#notBeforeMs = nowMs + this.#waitMs;
    this.#waitMs = Math.min(askAgain.mostMs, this.#waitMs * 2);
    void this.#ask(askRefill, { packId: first.ref.packId, slot: this.#slot, free });
  }

  /** Never rejects: a request that failed is one that nothing came of, and the pack trains on. */
  async #ask(
    askRefill: NonNullable<TrainingRoom['askRefill']>,
    ask: Parameters<typeof askRefill>[0],
  ): Promise<void> {
    try {
      this.#isFutile = !(await askRefill(ask));
    } catch {
      this.#isFutile = false;
    } finally {
      this.#isAsking = false;
    }
  }

  /** Trials came: the next free places are asked for soon. */
  settle(): void {
    this.#waitMs = askAgain.leastMs;
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
  }
}
