import type { Metadata } from 'next';
import { DatasetsPage } from '../../../features/datasets/DatasetsPage.tsx';

export const metadata: Metadata = { title: 'Data sets' };

interface Props {
  searchParams: Promise<{ upload?: string | string[] }>;
}

export default async function Page({ searchParams }: Props) {
  const { upload } = await searchParams;
  return <DatasetsPage opensUpload={upload !== undefined} />;
}
