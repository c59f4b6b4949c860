import type { Metadata } from 'next';
import { FleetPage } from '../../../features/fleet/FleetPage.tsx';

export const metadata: Metadata = { title: 'Fleet' };

export default function Page() {
  return <FleetPage />;
}
