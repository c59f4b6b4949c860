import type { AttemptKey } from './reconcile-attempts.ts';

/** The slots as they were at a moment. */
export type SlotMark = ReadonlyMap<number, SlotState>;

/** idle: may get a pack. asking: work is sought or on its way. busy: runs these attempts. */
type SlotState =
  | { kind: 'idle' }
  | { kind: 'asking' }
  | { kind: 'busy'; attempts: ReadonlySet<string> };

export interface SlottedAttempt extends AttemptKey {
  slot: number;
}

const keyOf = ({ trialId, attempt }: AttemptKey): string => `${trialId} ${attempt}`;

/**
 * What the slots of one connected worker do, as far as this coordinator has heard. Events of
 * a socket come in order, so a heartbeat that arrives after a pack was accepted knows of it;
 * one that arrives while a slot is asking says nothing about that slot.
 */
export class SlotTable {
  readonly #slots = new Map<number, SlotState>();

  constructor(slots: number) {
    for (let slot = 1; slot <= slots; slot++) this.#slots.set(slot, { kind: 'idle' });
  }

  /** The lowest idle slot, from now on asking; undefined where all are taken. */
  ask(): number | undefined {
    for (const [slot, state] of this.#slots) {
      if (state.kind !== 'idle') continue;
      this.#slots.set(slot, { kind: 'asking' });
      return slot;
    }
    return undefined;
  }

  /** The worker took a pack into an asking slot. */
  accept(slot: number, attempts: readonly AttemptKey[]): void {
    this.#slots.set(slot, { kind: 'busy', attempts: new Set(attempts.map(keyOf)) });
  }

  /** Nothing came of the asking. */
  release(slot: number): void {
    if (this.#slots.get(slot)?.kind === 'asking') this.#slots.set(slot, { kind: 'idle' });
  }

  /** The worker is done with an attempt; true where that freed its slot. */
  finish(key: AttemptKey): boolean {
    for (const [slot, state] of this.#slots) {
      if (state.kind !== 'busy' || !state.attempts.has(keyOf(key))) continue;
      const left = new Set(state.attempts);
      left.delete(keyOf(key));
      this.#slots.set(slot, left.size === 0 ? { kind: 'idle' } : { kind: 'busy', attempts: left });
      return left.size === 0;
    }
    return false;
  }

  /** The slots now, for `hear` to tell which have changed since. */
  mark(): SlotMark {
    return new Map(this.#slots);
  }

  /**
   * Takes over what the worker says it runs and what the database says it holds: a slot that
   * neither names is idle, one that either names is busy. Slots that ask are left alone, and
   * so are those that changed since `mark`, when the worker's words arrived.
   */
  hear(
    running: readonly SlottedAttempt[],
    held: readonly SlottedAttempt[],
    mark: SlotMark = this.mark(),
  ): void {
    const bySlot = Map.groupBy([...running, ...held], (attempt) => attempt.slot);
    for (const [slot, state] of this.#slots) {
      if (state.kind === 'asking' || mark.get(slot) !== state) continue;
      const attempts = bySlot.get(slot) ?? [];
      this.#slots.set(
        slot,
        attempts.length === 0
          ? { kind: 'idle' }
          : { kind: 'busy', attempts: new Set(attempts.map(keyOf)) },
      );
    }
  }

  get idle(): number {
    return [...this.#slots.values()].filter((state) => state.kind === 'idle').length;
  }
}
