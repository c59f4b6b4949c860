import { wireErrorSchema } from '@starling/domain';
import { z } from 'zod';

export type LoginAnswer = { kind: 'in' } | { kind: 'refused'; message: string };

const refusalSchema = z.union([
  z.object({ error: wireErrorSchema }).transform(({ error }) => error.message),
  wireErrorSchema.transform(({ message }) => message),
]);

/** Trades a token for a session cookie. */
export async function logIn(token: string): Promise<LoginAnswer> {
  try {
    const response = await fetch('/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ token: token.trim() }),
      redirect: 'manual',
    });
    // A redirect is how a plain form would be answered: it means yes as well.
    if (response.ok || response.type === 'opaqueredirect') return { kind: 'in' };
    const refusal = refusalSchema.safeParse(await response.json().catch(() => null));
    if (refusal.success) return { kind: 'refused', message: refusal.data };
    return {
      kind: 'refused',
      message:
        response.status === 429
          ? 'Too many attempts; wait a minute and try again.'
          : 'This token is not known, or it was revoked.',
    };
  } catch {
    return { kind: 'refused', message: 'The coordinator does not answer; is Starling running?' };
  }
}

/** Ends this browser's session. */
export async function logOut(): Promise<void> {
  await fetch('/logout', { method: 'POST' });
  window.location.assign('/login');
}
