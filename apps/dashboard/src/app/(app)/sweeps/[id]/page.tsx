import type { Metadata } from 'next';
import { SweepPage } from '../../../../features/sweeps/detail/SweepPage.tsx';

export const metadata: Metadata = { title: 'Sweep' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <SweepPage sweepId={id} />;
}
