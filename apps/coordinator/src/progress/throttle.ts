import { after } from '@starling/runtime';

/**
 * Runs a task at most once every `ms` a key: at once for the first call, then once more at
 * the end of the interval if it was asked for meanwhile, so that the last state is never lost.
 */
export class Throttle {
  readonly #ms: number;
  readonly #task: (key: string) => void;
  readonly #resting = new Map<string, { isAskedAgain: boolean }>();

  constructor(ms: number, task: (key: string) => void) {
    this.#ms = ms;
    this.#task = task;
  }

  ask(key: string): void {
    const resting = this.#resting.get(key);
    if (resting !== undefined) {
      resting.isAskedAgain = true;
      return;
    }
    const state = { isAskedAgain: false };
    this.#resting.set(key, state);
    after(this.#ms, () => {
      this.#resting.delete(key);
      if (state.isAskedAgain) this.ask(key);
    });
    this.#task(key);
  }
}
