import type { FastifyReply } from 'fastify';
import { describeError, logIfOurs, readThrown } from './read-thrown.ts';

/** Answers a request with what was thrown while it was served; the one place that does. */
export function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = readThrown(thrown);
  const route = reply.request.routeOptions.url ?? 'no route';
  logIfOurs(reply.log, error, route);
  if (reply.sent || reply.raw.headersSent) {
    // The head of the answer is out: only cutting the connection says that it is not whole.
    reply.raw.destroy();
    return reply;
  }
  const { status, body } = describeError(error);
  // Clients of the inference protocol know one form of error: a text.
  const isInference = route === '/v2' || route.startsWith('/v2/');
  if (error.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .type('application/json')
    .send(isInference ? { error: body.error.message } : body);
}
