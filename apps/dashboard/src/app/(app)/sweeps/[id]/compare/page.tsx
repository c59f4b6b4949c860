import type { Metadata } from 'next';
import { ComparePage } from '../../../../../features/trials/ComparePage.tsx';

export const metadata: Metadata = { title: 'Compare trials' };

/** As many as the coordinator compares at once. */
const TRIALS_AT_MOST = 12;

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ trials?: string | string[] }>;
}

export default async function Page({ params, searchParams }: Props) {
  const [{ id }, { trials }] = await Promise.all([params, searchParams]);
  const ids = typeof trials === 'string' ? trials.split(',').filter((part) => part !== '') : [];
  return <ComparePage sweepId={id} trialIds={ids.slice(0, TRIALS_AT_MOST)} />;
}
