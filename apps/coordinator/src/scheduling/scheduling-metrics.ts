import { countPacks, type PrismaClient } from '@starling/db';
import type { Metrics } from '@starling/runtime';

/** What Prometheus learns of scheduling. */
export class SchedulingMetrics {
  readonly #reports;
  readonly #finished;
  readonly #lapsed;

  constructor(metrics: Metrics, prisma: PrismaClient) {
    this.#reports = metrics.counter({
      name: 'epoch_reports_total',
      help: 'Epoch reports received, by what became of them.',
      labels: ['decision'],
    });
    this.#finished = metrics.counter({
      name: 'trials_finished_total',
      help: 'Trials that ended with a result of their worker, by outcome.',
      labels: ['outcome'],
    });
    this.#lapsed = metrics.counter({
      name: 'leases_lapsed_total',
      help: 'Packs taken back because their worker was silent for longer than its lease.',
    });
    metrics.gauge({
      name: 'packs',
      help: 'Packs that wait for a slot (queued) and that a slot runs (leased).',
      labels: ['state'],
      async collect(gauge) {
        // A scrape while the database is away shows the last numbers, not an error page.
        const packs = await countPacks(prisma).catch(() => undefined);
        if (packs === undefined) return;
        gauge.set({ state: 'queued' }, packs.queued);
        gauge.set({ state: 'leased' }, packs.leased);
      },
    });
    metrics.gauge({
      name: 'trials_running',
      help: 'Trials that run now, over all workers.',
      async collect(gauge) {
        const running = await prisma.trial
          .count({ where: { status: 'running' } })
          .catch(() => undefined);
        if (running !== undefined) gauge.set(running);
      },
    });
  }

  reports(decision: string, count: number): void {
    this.#reports.inc({ decision }, count);
  }

  finished(outcome: string): void {
    this.#finished.inc({ outcome });
  }

  lapsed(): void {
    this.#lapsed.inc();
  }
}
