import { Bird, Boxes, Database, type LucideIcon, Server, Settings } from 'lucide-react';

export interface Place {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Typed after `g`. */
  key: string;
  /** Other paths that belong to it. */
  also: readonly string[];
}

export const places: readonly Place[] = [
  { href: '/', label: 'Sweeps', icon: Bird, key: 's', also: ['/sweeps', '/trials'] },
  { href: '/datasets', label: 'Data sets', icon: Database, key: 'd', also: [] },
  { href: '/models', label: 'Models', icon: Boxes, key: 'm', also: [] },
  { href: '/fleet', label: 'Fleet', icon: Server, key: 'f', also: [] },
  { href: '/settings', label: 'Settings', icon: Settings, key: 't', also: [] },
];

/** Whether a path belongs to a place. */
export function isAt(place: Place, pathname: string): boolean {
  if (pathname === place.href) return true;
  const roots = place.href === '/' ? place.also : [place.href, ...place.also];
  return roots.some((root) => pathname === root || pathname.startsWith(`${root}/`));
}
