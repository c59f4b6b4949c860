import type { IncomingMessage } from 'node:http';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { isForeignHandshake } from '../access/judge-origin.ts';

/** Largest frame, in bytes (4 MiB): 1000 epoch reports with room to spare. */
const maxHttpBufferSize = 4 * 1024 ** 2;

/** Socket.IO on the coordinator's own port, closed to pages of other sites. */
export class SocketAdapter extends IoAdapter {
  override createIOServer(
    ...[port, options]: Parameters<IoAdapter['createIOServer']>
  ): ReturnType<IoAdapter['createIOServer']> {
    const ours = {
      maxHttpBufferSize,
      serveClient: false,
      allowRequest: (
        request: IncomingMessage,
        answer: (error: string | null | undefined, isAllowed: boolean) => void,
      ) => answer(null, !isForeignHandshake(request.headers)),
    };
    return super.createIOServer(port, { ...options, ...ours } as typeof options);
  }
}
