import { z } from 'zod';
import { tokenIdSchema } from '../ids.ts';

/**
 * admin: everything, tokens included. operator: data sets, sweeps, models. viewer: reads.
 * worker: the worker socket, artifacts. client: inference alone.
 */
export const roles = ['admin', 'operator', 'viewer', 'worker', 'client'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** What a procedure, socket event or route asks for. */
export const permissions = ['read', 'operate', 'administer', 'work', 'infer'] as const;
export type Permission = (typeof permissions)[number];

const granted: Record<Role, readonly Permission[]> = {
  admin: ['read', 'operate', 'administer', 'infer'],
  operator: ['read', 'operate', 'infer'],
  viewer: ['read'],
  worker: ['work'],
  client: ['infer'],
};

export function isAllowed(role: Role, permission: Permission): boolean {
  return granted[role].includes(permission);
}

/** Said to whoever has no credentials, or some that nobody knows: which of the two stays open. */
export const unauthenticatedMessage =
  'log in or send a token (Authorization: Bearer <token>); one that was sent is not known here, or it was revoked';

/** Who is calling, as the token or session says. */
export const principalSchema = z.object({
  tokenId: tokenIdSchema,
  name: z.string(),
  role: roleSchema,
});
export type Principal = z.infer<typeof principalSchema>;

export const tokenSummarySchema = principalSchema.extend({
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type TokenSummary = z.infer<typeof tokenSummarySchema>;
