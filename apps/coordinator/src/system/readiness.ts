import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { PrismaClient } from '@starling/db';
import { withDeadline } from '@starling/runtime';
import { DATABASE } from '../database/database.module.ts';
import { BuiltInDatasets } from '../datasets/built-in-datasets.ts';

/** Longest that the database may take to answer a probe. */
const probeMs = 2000;

export interface ReadinessReport {
  isReady: boolean;
  /** One entry a check: `ok`, or what is missing. */
  checks: Record<'process' | 'database' | 'migrations' | 'builtInDatasets', string>;
}

/** Whether the coordinator can do its work now. */
@Injectable()
export class Readiness implements OnModuleDestroy {
  #isStopping = false;

  constructor(
    @Inject(DATABASE) private readonly prisma: PrismaClient,
    private readonly builtIns: BuiltInDatasets,
  ) {}

  onModuleDestroy(): void {
    this.#isStopping = true;
  }

  async check(): Promise<ReadinessReport> {
    const checks = {
      process: this.#isStopping ? 'shutting down' : 'ok',
      ...(await this.#checkDatabase()),
      builtInDatasets: this.builtIns.isReady ? 'ok' : 'being made',
    };
    return { isReady: Object.values(checks).every((check) => check === 'ok'), checks };
  }

  async #checkDatabase(): Promise<{ database: string; migrations: string }> {
    try {
      const rows = await withDeadline(
        probeMs,
        'the database',
        this.prisma.$queryRaw<{ applied: number; unfinished: number }[]>`
          select count(finished_at)::int as applied,
            count(*) filter (where finished_at is null and rolled_back_at is null)::int
              as unfinished
          from _prisma_migrations`,
      );
      const { applied = 0, unfinished = 0 } = rows[0] ?? {};
      if (applied === 0) return { database: 'ok', migrations: 'none was applied' };
      return { database: 'ok', migrations: unfinished === 0 ? 'ok' : 'one is unfinished' };
    } catch {
      return { database: 'does not answer', migrations: 'unknown' };
    }
  }
}
