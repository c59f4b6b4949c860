import type { Metadata } from 'next';
import { SweepsPage } from '../../features/sweeps/SweepsPage.tsx';

export const metadata: Metadata = { title: 'Sweeps' };

export default function Page() {
  return <SweepsPage />;
}
