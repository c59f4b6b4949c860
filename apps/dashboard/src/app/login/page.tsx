import type { Metadata } from 'next';
import { LoginPage } from '../../features/access/LoginPage.tsx';

export const metadata: Metadata = { title: 'Log in' };

interface Props {
  searchParams: Promise<{ next?: string | string[]; error?: string | string[] }>;
}

export default async function Page({ searchParams }: Props) {
  const { next, error } = await searchParams;
  return (
    <LoginPage
      next={typeof next === 'string' ? next : '/'}
      error={typeof error === 'string' ? error : null}
    />
  );
}
