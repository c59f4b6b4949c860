import type { Metadata } from 'next';
import { NewSweepPage } from '../../../../features/sweeps/form/NewSweepPage.tsx';

export const metadata: Metadata = { title: 'New sweep' };

interface Props {
  searchParams: Promise<{ from?: string | string[]; dataset?: string | string[] }>;
}

export default async function Page({ searchParams }: Props) {
  const { from, dataset } = await searchParams;
  return (
    <NewSweepPage
      from={typeof from === 'string' ? from : null}
      datasetName={typeof dataset === 'string' ? dataset : null}
    />
  );
}
