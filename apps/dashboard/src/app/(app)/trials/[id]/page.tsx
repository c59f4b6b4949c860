import type { Metadata } from 'next';
import { TrialPage } from '../../../../features/trials/TrialPage.tsx';

export const metadata: Metadata = { title: 'Trial' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <TrialPage trialId={id} />;
}
