import { after } from '@starling/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Milliseconds in which a sender can read the refusal before the line is cut. */
const lingerMs = 1000;

/**
 * Where an answer goes out before the body is in, lets the sender read it for a second and cuts
 * the line. Closing at once would reset it and lose the answer; reading on would take in
 * gigabytes that nobody wants.
 */
export function cutUnreadBody(request: FastifyRequest, reply: FastifyReply): void {
  reply.raw.once('finish', () => {
    if (request.raw.complete) return;
    after(lingerMs, () => {
      if (!request.raw.complete) request.raw.destroy();
    });
  });
}
