import { type ExpectPollOptions, expect } from 'vitest';

// Long, because machines that run tests are busy.
const options: ExpectPollOptions = { timeout: 30_000, interval: 30 };

/** Expects something to come true in the end. */
export function eventually(read: () => unknown): ReturnType<typeof expect.poll<unknown>> {
  return expect.poll<unknown>(read, options);
}
