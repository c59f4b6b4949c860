import { createServer, type Server } from 'node:http';
import { createMetrics } from '@starling/runtime';
import type { RunningWorker } from '../run-worker.ts';

/**
 * Liveness, readiness and metrics of a worker on 127.0.0.1. Ready: connected and not draining.
 * Rejects where the port is taken.
 */
export async function serveHealth(
  worker: Pick<RunningWorker, 'status'>,
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const metrics = createMetrics('worker');
  const gauges = {
    slots: 'Slots of this worker.',
    busy: 'Slots that train.',
    pendingFacts: 'Facts that wait for the coordinator.',
  } as const;
  for (const [key, help] of Object.entries(gauges) as [keyof typeof gauges, string][]) {
    const name = `worker_${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    metrics.gauge({ name, help, collect: (gauge) => gauge.set(worker.status[key]) });
  }
  metrics.gauge({
    name: 'worker_connected',
    help: '1 while the coordinator is connected.',
    collect: (gauge) => gauge.set(worker.status.isConnected ? 1 : 0),
  });

  const server: Server = createServer((request, response) => {
    const respond = (status: number, body: string, type = 'application/json'): void => {
      response.writeHead(status, { 'content-type': type }).end(body);
    };
    switch (request.url) {
      case '/health/live':
        return respond(200, '{"status":"live"}');
      case '/health/ready': {
        const { isConnected, isDraining } = worker.status;
        const isReady = isConnected && !isDraining;
        return respond(isReady ? 200 : 503, JSON.stringify({ isConnected, isDraining }));
      }
      case '/metrics':
        metrics.render().then(
          (text) => respond(200, text, metrics.contentType),
          () => respond(500, '{}'),
        );
        return;
      default:
        return respond(404, '{"error":"use /health/live, /health/ready or /metrics"}');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
