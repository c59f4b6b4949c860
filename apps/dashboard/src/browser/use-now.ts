'use client';

import { useSyncExternalStore } from 'react';
import { nowMs } from './now.ts';

const TICK_MS = 1000;
let currentMs = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    currentMs = nowMs();
    timer = setInterval(() => {
      currentMs = nowMs();
      for (const tell of listeners) tell();
    }, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function readCurrent(): number {
  if (currentMs === 0) currentMs = nowMs();
  return currentMs;
}

/** Wall clock for ages on the page: one timer for all; 0 while rendering on the server. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, readCurrent, () => 0);
}
