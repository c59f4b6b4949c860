/** Lets loops wait until something has changed, without missing a change in between. */
export class Notice {
  #version = 0;
  readonly #waiting = new Set<() => void>();

  get version(): number {
    return this.#version;
  }

  announce(): void {
    this.#version++;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  /** Resolves once the version is beyond `seen`; rejects with the signal's reason. */
  async changeFrom(seen: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#version !== seen) return;
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        this.#waiting.delete(ready);
        reject(signal.reason);
      };
      const ready = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(ready);
    });
  }
}
