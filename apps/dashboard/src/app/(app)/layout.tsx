import type { ReactNode } from 'react';
import { LiveProvider } from '../../live/LiveProvider.tsx';
import { Shell } from '../../shell/Shell.tsx';

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <LiveProvider>
      <Shell>{children}</Shell>
    </LiveProvider>
  );
}
