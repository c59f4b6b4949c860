import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

it('renders counters, gauges and histograms under one prefix and service', async () => {
  const metrics = createMetrics('coordinator');
  const reports = metrics.counter({
    ...{ name: 'epoch_reports_total', help: 'Epoch reports', labels: ['decision'] },
  });
  reports.inc({ decision: 'fresh' }, 3);
  metrics.gauge({ name: 'workers', help: 'Workers', collect: (gauge) => gauge.set(2) });
  const latency = metrics.histogram({
    ...{ name: 'ingest_seconds', help: 'Ingest time', buckets: [0.1, 1] },
  });
  latency.observe(0.5);
  const text = await metrics.render();
  expect(text).toContain('starling_epoch_reports_total{decision="fresh",service="coordinator"} 3');
  expect(text).toContain('starling_workers{service="coordinator"} 2');
  expect(text).toContain('starling_ingest_seconds_bucket{le="1",service="coordinator"} 1');
  expect(text).toContain('process_cpu_seconds_total');
  expect(metrics.contentType).toContain('text/plain');
});

it('keeps services apart', async () => {
  createMetrics('one').counter({ name: 'things_total', help: 'Things' }).inc();
  expect(await createMetrics('two').render()).not.toContain('things_total');
});
