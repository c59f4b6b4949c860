'use client';

import { isAllowed, type Permission, type Principal } from '@starling/domain';
import { useQuery } from '@tanstack/react-query';
import { useApi } from './api.tsx';

/** Who is logged in; undefined until known. */
export function usePrincipal(): Principal | undefined {
  const api = useApi();
  return useQuery(api.access.me.queryOptions(undefined, { staleTime: 60_000 })).data;
}

/**
 * Whether the page offers what needs a permission, and else why not, for the button's title.
 * The coordinator decides anew at every call; this only spares a refusal.
 */
export function usePermission(permission: Permission): { isAllowed: boolean; why: string | null } {
  const principal = usePrincipal();
  if (principal === undefined) return { isAllowed: true, why: null };
  return isAllowed(principal.role, permission)
    ? { isAllowed: true, why: null }
    : { isAllowed: false, why: `Your role, ${principal.role}, may not do this.` };
}
