import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Throttle } from './throttle.ts';

describe('Throttle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs at once, then at most once an interval, and never loses the last call', () => {
    const runs: string[] = [];
    const throttle = new Throttle(100, (key) => runs.push(key));
    throttle.ask('a');
    throttle.ask('a');
    throttle.ask('a');
    throttle.ask('b');
    expect(runs).toEqual(['a', 'b']);
    vi.advanceTimersByTime(100);
    expect(runs).toEqual(['a', 'b', 'a']);
    vi.advanceTimersByTime(1000);
    expect(runs).toEqual(['a', 'b', 'a']);
    throttle.ask('a');
    expect(runs).toEqual(['a', 'b', 'a', 'a']);
  });
});
