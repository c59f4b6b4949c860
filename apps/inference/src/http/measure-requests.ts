import { createMetrics } from '@starling/runtime';

/** What `/metrics` shows of the service; each server has its own. */
export function measureRequests(loadedModels: () => number) {
  const metrics = createMetrics('inference');
  metrics.gauge({
    name: 'inference_loaded_models',
    help: 'Models in memory.',
    collect: (gauge) => gauge.set(loadedModels()),
  });
  return {
    metrics,
    seconds: metrics.histogram({
      name: 'inference_request_seconds',
      help: 'Time to answer a request, by route and status.',
      labels: ['route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    }),
    rows: metrics.counter({
      name: 'inference_rows_total',
      help: 'Observations predicted, by model and version.',
      labels: ['model', 'version'],
    }),
  };
}
