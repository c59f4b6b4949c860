'use client';

import { useTheme } from 'next-themes';
import { useSyncExternalStore } from 'react';
import { type ChartPalette, palettes } from './palette.ts';

const subscribe = (): (() => void) => () => undefined;

/** Colours for what is drawn by hand; those of the light theme until the browser's is known. */
export function useChartPalette(): ChartPalette {
  const { resolvedTheme } = useTheme();
  const isMounted = useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );
  return palettes[isMounted && resolvedTheme === 'dark' ? 'dark' : 'light'];
}
