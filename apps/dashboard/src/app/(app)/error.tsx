'use client';

import { ErrorState } from '../../ui/feedback.tsx';

/** What a page shows when its own code breaks; the frame around it stays. */
export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return <ErrorState title="This page broke" error={error} onRetry={reset} />;
}
