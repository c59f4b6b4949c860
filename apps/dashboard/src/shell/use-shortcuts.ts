'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { monotonicMs } from '../browser/now.ts';
import { places } from './navigation.ts';

const SECOND_KEY_WITHIN_MS = 1200;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Ctrl/⌘-K, `?`, `n`, `/` and `g` followed by a place's letter. */
export function useShortcuts(actions: { openPalette: () => void; openHelp: () => void }): void {
  const router = useRouter();
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let goSinceMs = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('[data-modal]') !== null) return;
      if (monotonicMs() - goSinceMs < SECOND_KEY_WITHIN_MS) {
        goSinceMs = Number.NEGATIVE_INFINITY;
        const place = places.find((candidate) => candidate.key === event.key);
        if (place !== undefined) {
          event.preventDefault();
          router.push(place.href);
        }
        return;
      }
      if (event.key === 'g') goSinceMs = monotonicMs();
      else if (event.key === 'n') router.push('/sweeps/new');
      else if (event.key === '?') latest.current.openHelp();
      else if (event.key === '/') {
        const search = document.querySelector<HTMLElement>('[data-page-search]');
        if (search === null) return;
        event.preventDefault();
        search.focus();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [router]);
}
