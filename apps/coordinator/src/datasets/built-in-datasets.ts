import { join } from 'node:path';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { type FileArtifactStore, generateBuiltIn } from '@starling/datasets';
import { findDataset, type PrismaClient } from '@starling/db';
import { AppError, type BuiltInDataset, builtInDatasets, type Clock } from '@starling/domain';
import type { Logger } from '@starling/runtime';
import { ARTIFACTS } from '../artifacts/artifacts.module.ts';
import { CLOCK } from '../clock/clock.module.ts';
import { DATABASE } from '../database/database.module.ts';
import type { Settings } from '../env.ts';
import { LOGGER } from '../log/log.module.ts';
import { SETTINGS } from '../settings/settings.module.ts';
import { storeDataset } from './store-dataset.ts';

/**
 * The data sets that come with Starling. What is missing is made in the background at the
 * start; until then the coordinator is not ready, so nobody misses them.
 */
@Injectable()
export class BuiltInDatasets implements OnApplicationBootstrap, OnModuleDestroy {
  #making: Promise<void> = Promise.resolve();
  #isReady = false;
  #isStopping = false;

  constructor(
    @Inject(DATABASE) private readonly prisma: PrismaClient,
    @Inject(ARTIFACTS) private readonly store: FileArtifactStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** True once all are there, or cannot be made (the log says why). */
  get isReady(): boolean {
    return this.#isReady;
  }

  onApplicationBootstrap(): void {
    this.#making = this.#makeAll();
  }

  async onModuleDestroy(): Promise<void> {
    this.#isStopping = true;
    await this.#making;
  }

  async #makeAll(): Promise<void> {
    for (const name of builtInDatasets) {
      if (this.#isStopping) return;
      try {
        await this.#makeOne(name);
      } catch (error) {
        this.logger.error({ err: error, dataset: name }, 'could not make a built-in data set');
      }
    }
    this.#isReady = true;
  }

  async #makeOne(name: BuiltInDataset): Promise<void> {
    const known = await findDataset(this.prisma, name);
    if (known !== undefined && (await this.store.has(known.sha256))) return;
    const stored = await generateBuiltIn(name, join(this.settings.dataFolder, 'imports'));
    if (known !== undefined) {
      // Its row is there and its file is not: another data folder, or a cleaned one.
      await this.store.adopt(stored.path, stored.sha256);
      return;
    }
    try {
      await storeDataset(
        { prisma: this.prisma, store: this.store, clock: this.clock },
        { stored, name, requestId: null, source: 'built-in', actor: 'Starling' },
      );
    } catch (error) {
      // Another coordinator was quicker.
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
    }
    this.logger.info({ dataset: name }, 'made a built-in data set');
  }
}
