import { after } from '@starling/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Milliseconds in which a sender can read the refusal before the line is cut. */
const lingerMs = 1000;

/**
 * Where a body is refused before it is read, reads on to nowhere for a second and then cuts the
 * line. Closing at once, as Fastify would, resets it while the sender still writes, and the
 * front door would take that for a service that is down.
 */
export function lingerUnread(request: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection');
  request.raw.resume();
  reply.raw.once('finish', () => {
    if (request.raw.complete) return;
    after(lingerMs, () => {
      if (!request.raw.complete) request.raw.destroy();
    });
  });
}
