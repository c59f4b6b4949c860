import type { IncomingHttpHeaders } from 'node:http';
import { isAllowed, type Permission, type Principal } from '@starling/domain';
import { type Caller, forbidden, unauthenticated } from '../access/decide-access.ts';
import { readThrown } from '../errors/read-thrown.ts';

/** The part of `PrincipalResolver` that sockets need. */
export interface CallerResolver {
  resolve(headers: IncomingHttpHeaders, handshakeToken?: unknown): Promise<Caller | null>;
}

interface GuardedSocket {
  handshake: { headers: IncomingHttpHeaders; auth: Record<string, unknown> };
}

/** Who speaks on a socket; throws where nobody is known or the role may not. */
export async function admitSocket(
  resolver: CallerResolver,
  socket: GuardedSocket,
  permission: Permission,
): Promise<Principal> {
  const { headers, auth } = socket.handshake;
  const caller = await resolver.resolve(headers, auth['token']);
  if (caller === null) throw unauthenticated();
  if (!isAllowed(caller.principal.role, permission)) {
    throw forbidden(caller.principal, [permission]);
  }
  return caller.principal;
}

/** A namespace's gate: a refused connection gets the reason as Socket.IO's error data. */
export function guardNamespace(resolver: CallerResolver, permission: Permission) {
  return (socket: GuardedSocket, next: (error?: Error) => void): void => {
    admitSocket(resolver, socket, permission).then(
      () => next(),
      (thrown: unknown) => {
        const error = readThrown(thrown);
        next(Object.assign(new Error(error.message), { data: error.toWire() }));
      },
    );
  };
}
