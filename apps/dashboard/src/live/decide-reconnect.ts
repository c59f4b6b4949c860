import { wireErrorSchema } from '@starling/domain';

/**
 * What to do about a lost or refused connection. wait: the client library tries again by
 * itself. retry: it does not (the coordinator closed or refused the socket), so we must.
 * log-in: the session has ended, and trying again would be refused for ever.
 */
export type Reconnect = 'wait' | 'retry' | 'log-in';

/** `data` is what the coordinator says of a refusal: its error, as it goes over the wire. */
export function decideReconnect(event: { isTryingItself: boolean; data?: unknown }): Reconnect {
  const refusal = wireErrorSchema.safeParse(event.data);
  if (refusal.success && refusal.data.code === 'unauthenticated') return 'log-in';
  return event.isTryingItself ? 'wait' : 'retry';
}
