import type { IncomingMessage } from 'node:http';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { isForeignHandshake } from '../access/judge-origin.ts';

/** Largest frame, in bytes (4 MiB): 1000 epoch reports with room to spare. */
const maxHttpBufferSize = 4 * 1024 ** 2;

type SocketServer = ReturnType<IoAdapter['createIOServer']>;

/** Socket.IO on the coordinator's own port, closed to pages of other sites. */
export class SocketAdapter extends IoAdapter {
  /** The one server; undefined until the first gateway asks for it. */
  server: SocketServer | undefined;

  override createIOServer(
    ...[port, options]: Parameters<IoAdapter['createIOServer']>
  ): SocketServer {
    const ours = {
      maxHttpBufferSize,
      serveClient: false,
      allowRequest: (
        request: IncomingMessage,
        answer: (error: string | null | undefined, isAllowed: boolean) => void,
      ) => answer(null, !isForeignHandshake(request.headers)),
    };
    const server: SocketServer = super.createIOServer(port, {
      ...options,
      ...ours,
    } as typeof options);
    // Nobody lives in the namespace that Socket.IO opens by itself.
    server.of('/').use((_socket: unknown, next: (error: Error) => void) => {
      next(new Error('there is nothing in this namespace'));
    });
    this.server = server;
    return server;
  }
}
