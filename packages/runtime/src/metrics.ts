import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

interface MetricOptions<Label extends string> {
  /** Without the `starling_` prefix; counters end in `_total`, units are in the name. */
  name: string;
  help: string;
  labels?: readonly Label[];
}

export interface Metrics {
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label>;
  gauge<Label extends string = never>(
    options: MetricOptions<Label> & { collect?: (gauge: Gauge<Label>) => void | Promise<void> },
  ): Gauge<Label>;
  histogram<Label extends string = never>(
    options: MetricOptions<Label> & { buckets: readonly number[] },
  ): Histogram<Label>;
  /** The page that Prometheus scrapes, and its content type. */
  render(): Promise<string>;
  readonly contentType: string;
}

/** A registry of one service's metrics, with the process's own (CPU, memory, event loop). */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });

  function base<Label extends string>(options: MetricOptions<Label>) {
    return {
      name: `starling_${options.name}`,
      help: options.help,
      labelNames: [...(options.labels ?? [])],
      registers: [registry],
    };
  }

  return {
    counter: (options) => new Counter(base(options)),
    gauge(options) {
      const { collect } = options;
      if (collect === undefined) return new Gauge(base(options));
      return new Gauge({
        ...base(options),
        collect() {
          return collect(this);
        },
      });
    },
    histogram: (options) => new Histogram({ ...base(options), buckets: [...options.buckets] }),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
