import type { Metadata } from 'next';
import Link from 'next/link';
import { buttonClass } from '../ui/Button.tsx';
import { Murmuration } from '../ui/Murmuration.tsx';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-6 text-center">
      <Murmuration className="mb-6 w-72 text-accent opacity-70" />
      <h1 className="text-xl font-semibold text-ink">There is no page at this address</h1>
      <p className="mt-1 text-sm text-ink-2">
        It may have been mistyped, or belong to another version.
      </p>
      <Link href="/" className={`${buttonClass('primary')} mt-5`}>
        To the sweeps
      </Link>
    </main>
  );
}
