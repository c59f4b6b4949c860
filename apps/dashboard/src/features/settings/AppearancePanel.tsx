'use client';

import { useTheme } from 'next-themes';
import { useSyncExternalStore } from 'react';
import { Segments } from '../../ui/inputs.tsx';
import { Panel } from '../../ui/Panel.tsx';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const subscribe = (): (() => void) => () => undefined;

/** Light or dark, kept in this browser. */
export function AppearancePanel() {
  const { theme, setTheme } = useTheme();
  // The server cannot know it: nothing is marked until the browser has said it.
  const isMounted = useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );
  const chosen = themes.find((one) => one === theme) ?? 'system';
  return (
    <Panel title="Appearance" hint="Kept in this browser">
      <Segments<Theme | ''>
        label="Theme"
        size="md"
        value={isMounted ? chosen : ''}
        onValue={(next) => setTheme(next)}
        options={[
          { value: 'system', label: 'As the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
    </Panel>
  );
}
