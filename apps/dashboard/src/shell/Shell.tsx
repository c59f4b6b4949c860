'use client';

import { clsx } from 'clsx';
import { Command, Plus } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { usePrincipal } from '../browser/use-principal.ts';
import { buttonClass } from '../ui/Button.tsx';
import { Murmuration } from '../ui/Murmuration.tsx';
import { StarlingMark } from '../ui/StarlingMark.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { ConnectionNote } from './ConnectionNote.tsx';
import { KeyboardHelp } from './KeyboardHelp.tsx';
import { isAt, places } from './navigation.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** The frame of every page behind the login. */
export function Shell({ children }: { children: ReactNode }) {
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShortcuts({ openPalette: () => setPaletteOpen(true), openHelp: () => setHelpOpen(true) });
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-sm text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <Sidebar onSearch={() => setPaletteOpen(true)} onHelp={() => setHelpOpen(true)} />
      <MobileBar onSearch={() => setPaletteOpen(true)} />
      <main id="content" tabIndex={-1} className="min-w-0 outline-none">
        <div className="mx-auto max-w-[1480px] px-4 pt-5 pb-24 sm:px-6 lg:pb-10">{children}</div>
      </main>
      <MobileTabs />
      <CommandPalette
        isOpen={isPaletteOpen}
        onOpenChange={setPaletteOpen}
        onHelp={() => setHelpOpen(true)}
      />
      <KeyboardHelp isOpen={isHelpOpen} onOpenChange={setHelpOpen} />
    </div>
  );
}

function Sidebar({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const pathname = usePathname();
  const principal = usePrincipal();
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col overflow-hidden bg-night text-night-ink lg:flex">
      <Link
        href="/"
        className="flex items-center gap-2.5 px-4 pt-5 pb-4 [--mark-speck:var(--night)] -outline-offset-4"
      >
        <StarlingMark className="size-7 text-[#45cabd]" />
        <span className="text-lg font-semibold tracking-tight">Starling</span>
      </Link>
      <div className="px-3 pb-3">
        <button
          type="button"
          onClick={onSearch}
          className="flex h-8 w-full items-center gap-2 rounded-md border border-white/10 bg-night-2 px-2.5 text-xs text-night-ink-2 transition-colors hover:border-white/25 hover:text-night-ink"
        >
          <Command className="size-3.5" aria-hidden="true" />
          Go to…
          <span className="ml-auto font-mono text-2xs">Ctrl K</span>
        </button>
      </div>
      <nav aria-label="Main" className="space-y-0.5 px-3">
        {places.map((place) => {
          const isHere = isAt(place, pathname);
          return (
            <Link
              key={place.href}
              href={place.href}
              aria-current={isHere ? 'page' : undefined}
              className={clsx(
                'flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium transition-colors',
                isHere
                  ? 'bg-white/10 text-white'
                  : 'text-night-ink-2 hover:bg-white/5 hover:text-night-ink',
              )}
            >
              <place.icon
                className={clsx('size-4', isHere && 'text-[#45cabd]')}
                aria-hidden="true"
              />
              {place.label}
            </Link>
          );
        })}
      </nav>
      <div className="px-3 pt-4">
        <Link href="/sweeps/new" className={clsx(buttonClass('primary'), 'w-full')}>
          <Plus className="size-4" aria-hidden="true" />
          New sweep
        </Link>
      </div>
      <Murmuration className="pointer-events-none mt-auto -mr-6 -ml-2 text-[#6f86a8] opacity-30" />
      <div className="flex items-center gap-2 border-t border-white/10 px-4 py-3 text-xs">
        <ConnectionNote />
        <button
          type="button"
          onClick={onHelp}
          title="Keyboard help"
          aria-label="Keyboard help"
          className="ml-auto inline-flex size-6 items-center justify-center rounded-md border border-white/15 font-mono text-night-ink-2 hover:text-night-ink"
        >
          ?
        </button>
      </div>
      <p className="h-8 truncate px-4 text-2xs text-night-ink-2">
        {principal === undefined ? '' : `${principal.name} · ${principal.role}`}
      </p>
    </aside>
  );
}

function MobileBar({ onSearch }: { onSearch: () => void }) {
  return (
    <div className="sticky top-0 z-30 flex h-12 items-center gap-2 bg-night px-4 text-night-ink lg:hidden">
      <Link href="/" className="flex items-center gap-2 [--mark-speck:var(--night)]">
        <StarlingMark className="size-6 text-[#45cabd]" />
        <span className="font-semibold tracking-tight">Starling</span>
      </Link>
      <span className="ml-auto text-xs">
        <ConnectionNote />
      </span>
      <button
        type="button"
        onClick={onSearch}
        aria-label="Go to…"
        className="inline-flex size-9 items-center justify-center rounded-md text-night-ink-2"
      >
        <Command className="size-4" aria-hidden="true" />
      </button>
    </div>
  );
}

function MobileTabs() {
  const pathname = usePathname();
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {places.map((place) => {
        const isHere = isAt(place, pathname);
        return (
          <Link
            key={place.href}
            href={place.href}
            aria-current={isHere ? 'page' : undefined}
            className={clsx(
              'flex h-14 flex-col items-center justify-center gap-0.5 text-2xs font-medium -outline-offset-2',
              isHere ? 'text-accent' : 'text-ink-3',
            )}
          >
            <place.icon className="size-5" aria-hidden="true" />
            {place.label}
          </Link>
        );
      })}
    </nav>
  );
}
