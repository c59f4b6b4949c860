import { createServer } from 'node:net';
import { AppError } from '@starling/domain';
import { usageError } from '../output/describe-failure.ts';

export const defaultPort = 7878;

/** Whether a port can be listened on at an address; 0 gives any free one. */
async function tryPort(host: string, port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
        reject(
          usageError('--host', 'is no address of this machine', 'use 127.0.0.1 or 0.0.0.0', host),
        );
      } else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}

/** Free ports of the loopback, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = await tryPort('127.0.0.1', 0);
    if (port !== undefined) ports.add(port);
  }
  return [...ports];
}

/** The front port: the one asked for, or the first free one from the default on. */
export async function chooseFrontPort(host: string, asked: number | undefined): Promise<number> {
  if (asked !== undefined) {
    const found = await tryPort(host, asked);
    if (found !== undefined) return found;
    throw usageError(
      '--port',
      'is taken by another program',
      'choose another, or 0 for any free one',
      String(asked),
    );
  }
  for (let port = defaultPort; port < defaultPort + 50; port++) {
    if ((await tryPort(host, port)) !== undefined) return port;
  }
  throw new AppError('conflict', `no port from ${defaultPort} on is free — give one with --port`);
}
