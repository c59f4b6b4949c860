'use client';

import { type AppRouter, createApiClient, errorDataOf } from '@starling/api/client';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';

const context = createTRPCContext<AppRouter>();

/** Query and mutation options of every procedure. */
export const useApi = context.useTRPC;
/** The bare client, for calls that no single query stands for. */
export const useApiClient = context.useTRPCClient;

/** Where a page goes to log in and come back. */
export function loginPathFrom(location: { pathname: string; search: string }): string {
  const here = `${location.pathname}${location.search}`;
  return here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`;
}

function leaveWhenLoggedOut(error: unknown): void {
  if (errorDataOf(error)?.appCode !== 'unauthenticated') return;
  if (window.location.pathname === '/login') return;
  window.location.assign(loginPathFrom(window.location));
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenLoggedOut }),
    mutationCache: new MutationCache({ onError: leaveWhenLoggedOut }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // A user's own error stays one however often it is asked.
        retry: (failures, error) => failures < 2 && (errorDataOf(error)?.retryable ?? true),
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4000),
      },
    },
  });
}

export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(() => createApiClient({ url: '' }));
  return (
    <QueryClientProvider client={queryClient}>
      <context.TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </context.TRPCProvider>
    </QueryClientProvider>
  );
}
