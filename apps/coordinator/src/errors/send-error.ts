import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { describeError, readThrown } from './read-thrown.ts';

/** Answers a request with what was thrown while it was served; the one place that does. */
export function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = readThrown(thrown);
  const route = reply.request.routeOptions.url ?? 'no route';
  if (error.kind === 'bug') {
    reply.log.error({ err: error.cause ?? error, route }, 'request failed');
  } else if (error.kind === 'peer') {
    reply.log.warn({ err: error, route }, 'request failed for want of a peer');
  }
  if (reply.sent || reply.raw.headersSent) {
    // The head of the answer is out: only cutting the connection says that it is not whole.
    reply.raw.destroy();
    return reply;
  }
  const { status, body } = describeError(error);
  if (error.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  return reply.code(status).type('application/json').send(body);
}

export function handleFastifyError(
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  return sendError(reply, error);
}
