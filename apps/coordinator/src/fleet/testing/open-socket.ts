import { type Ack, unwrapAck } from '@starling/protocol';
import { io, type Socket } from 'socket.io-client';

export interface RawSocket {
  socket: Socket;
  /** Sends any event with any arguments and gives its answer's value. */
  say(event: string, ...args: unknown[]): Promise<unknown>;
}

/** A socket that knows no schema: for frames that no honest peer would send. */
export async function openSocket(
  url: string,
  namespace: string,
  options: { token?: string; headers?: Record<string, string> } = {},
): Promise<RawSocket> {
  const socket = io(`${url}${namespace}`, {
    ...(options.token === undefined ? {} : { auth: { token: options.token } }),
    ...(options.headers === undefined ? {} : { extraHeaders: options.headers }),
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error) => {
      socket.disconnect();
      reject(error);
    });
  });
  return {
    socket,
    async say(event, ...args) {
      const ack = (await socket.timeout(10_000).emitWithAck(event, ...args)) as Ack<unknown>;
      return unwrapAck(ack);
    },
  };
}
