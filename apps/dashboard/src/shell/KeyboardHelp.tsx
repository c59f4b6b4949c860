'use client';

import { Dialog } from '../ui/Dialog.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { places } from './navigation.ts';

const keys: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ['Ctrl', 'K'], does: 'Go to a page, sweep, data set or model (⌘ K on a Mac)' },
  { keys: ['n'], does: 'New sweep' },
  { keys: ['/'], does: 'Search on this page' },
  ...places.map((place) => ({ keys: ['g', place.key], does: place.label })),
  { keys: ['?'], does: 'This help' },
  { keys: ['Esc'], does: 'Close what is open' },
  { keys: ['F6'], does: 'Jump to notifications' },
];

export function KeyboardHelp(props: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  return (
    <Dialog {...props} title="Keyboard">
      <dl className="divide-y divide-line">
        {keys.map((line) => (
          <div key={line.does} className="flex items-center gap-4 py-2">
            <dt className="flex w-24 shrink-0 gap-1">
              {line.keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd className="text-sm text-ink-2">{line.does}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-xs text-ink-3">
        Sliders move with the arrow keys, by ten steps with Page Up and Page Down. Every chart has a
        table behind it.
      </p>
    </Dialog>
  );
}
