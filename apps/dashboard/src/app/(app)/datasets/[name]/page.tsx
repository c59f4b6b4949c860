import type { Metadata } from 'next';
import { DatasetPage } from '../../../../features/datasets/detail/DatasetPage.tsx';

export const metadata: Metadata = { title: 'Data set' };

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const { name } = await params;
  return <DatasetPage name={decodeURIComponent(name)} />;
}
