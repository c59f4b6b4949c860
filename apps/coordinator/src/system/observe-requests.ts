import type { Metrics } from '@starling/runtime';
import type { FastifyInstance } from 'fastify';

const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Counts and times requests, and logs them at `debug`. By route pattern, never by address:
 * addresses hold login links' secrets, and would be labels without end.
 */
export function observeRequests(fastify: FastifyInstance, metrics: Metrics): void {
  const seconds = metrics.histogram({
    name: 'http_request_seconds',
    help: 'Seconds to answer an HTTP request.',
    labels: ['method', 'route', 'status'],
    buckets,
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    seconds.observe(
      { method: request.method, route, status: String(status) },
      reply.elapsedTime / 1000,
    );
    const ms = Math.round(reply.elapsedTime);
    request.log.debug({ method: request.method, route, status, ms }, 'request');
  });
}
