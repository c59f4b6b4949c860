import type { IncomingHttpHeaders } from 'node:http';
import { every, type Logger, type Repetition } from '@starling/runtime';
import type { PrincipalResolver } from '../access/principal-resolver.ts';

/** How often every socket is asked for its pass again, besides at each revocation here. */
const recheckMs = 60_000;

interface OpenSocket {
  handshake: { headers: IncomingHttpHeaders; auth: Record<string, unknown> };
  disconnect(isWhole?: boolean): unknown;
}

/** The part of a Socket.IO server that this needs. */
export interface SocketHouse {
  _nsps: ReadonlyMap<string, { sockets: ReadonlyMap<string, OpenSocket> }>;
}

/**
 * Sockets stay open long after their handshake: this closes those whose token was revoked or
 * whose session ended, at once where that happened here, within a minute where it happened on
 * another coordinator or by the calendar.
 */
export function closeStrangers(parts: {
  house: () => SocketHouse | undefined;
  resolver: PrincipalResolver;
  logger: Logger;
}): Repetition {
  const { house, resolver, logger } = parts;

  async function check(socket: OpenSocket): Promise<void> {
    const { headers, auth } = socket.handshake;
    if ((await resolver.resolve(headers, auth['token'])) === null) socket.disconnect(true);
  }

  async function checkAll(): Promise<void> {
    const namespaces = [...(house()?._nsps.values() ?? [])];
    await Promise.all(namespaces.flatMap(({ sockets }) => [...sockets.values()].map(check)));
  }

  const onError = (error: unknown) =>
    logger.warn({ err: error }, 'open sockets could not be checked');
  const stopListening = resolver.onCredentialsEnded(() => {
    checkAll().catch(onError);
  });
  const repetition = every(recheckMs, checkAll, { onError });
  return {
    stop() {
      stopListening();
      return repetition.stop();
    },
  };
}
