import type { Metadata } from 'next';
import { LoginPage } from '../../features/access/LoginPage.tsx';

export const metadata: Metadata = { title: 'Log in' };

interface Props {
  searchParams: Promise<{ next?: string | string[]; reason?: string | string[] }>;
}

export default async function Page({ searchParams }: Props) {
  const { next, reason } = await searchParams;
  return (
    <LoginPage
      next={typeof next === 'string' ? next : '/'}
      reason={typeof reason === 'string' ? reason : null}
    />
  );
}
