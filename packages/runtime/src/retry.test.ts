import { AppError } from '@starling/domain';
import { expect, it } from 'vitest';
import { backoffDelayMs, retry } from './retry.ts';

const backoff = { initialMs: 2, maximumMs: 8 };

it('doubles its waits up to the maximum', () => {
  expect([1, 2, 3, 4].map((attempt) => backoffDelayMs(backoff, attempt))).toEqual([2, 4, 8, 8]);
});

it('tries until it succeeds, shortening each wait by at most half', async () => {
  const waits: number[] = [];
  const value = await retry(
    async (attempt) => {
      if (attempt < 4) throw new Error('not yet');
      return attempt;
    },
    { attempts: 5, backoff, onRetry: (_error, _attempt, delayMs) => waits.push(delayMs) },
  );
  expect(value).toBe(4);
  expect(waits).toHaveLength(3);
  waits.forEach((wait, index) => {
    const full = backoffDelayMs(backoff, index + 1);
    expect(wait).toBeGreaterThanOrEqual(full / 2);
    expect(wait).toBeLessThanOrEqual(full);
  });
});

it('gives up with the last error', async () => {
  let tries = 0;
  const failing = retry(async () => Promise.reject(new Error(`try ${++tries}`)), {
    ...{ attempts: 3, backoff },
  });
  await expect(failing).rejects.toThrow('try 3');
});

it("does not try again what the user did wrong, but does what a peer's trouble was", async () => {
  let tries = 0;
  const wrong = async () => {
    tries++;
    throw new AppError('invalid-input', 'wrong');
  };
  await expect(retry(wrong, { attempts: 3, backoff })).rejects.toThrow('wrong');
  expect(tries).toBe(1);
  const away = async () => {
    tries++;
    throw new AppError('database-unavailable', 'away');
  };
  await expect(retry(away, { attempts: 3, backoff })).rejects.toThrow('away');
  expect(tries).toBe(4);
});

it('stops waiting when aborted', async () => {
  const controller = new AbortController();
  const failing = retry(async () => Promise.reject(new Error('no')), {
    attempts: Number.POSITIVE_INFINITY,
    backoff: { initialMs: 60_000, maximumMs: 60_000 },
    signal: controller.signal,
    onRetry: () => controller.abort(new Error('shutting down')),
  });
  await expect(failing).rejects.toThrow('shutting down');
});
