import { join } from 'node:path';
import {
  Global,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { createFileArtifactStore, type FileArtifactStore } from '@starling/datasets';
import type { PrismaClient } from '@starling/db';
import type { Clock } from '@starling/domain';
import { every, type Logger, type Repetition } from '@starling/runtime';
import { CLOCK } from '../clock/clock.module.ts';
import { DATABASE } from '../database/database.module.ts';
import type { Settings } from '../env.ts';
import { LOGGER } from '../log/log.module.ts';
import { SETTINGS } from '../settings/settings.module.ts';
import { collectUnusedArtifacts } from './collect-unused-artifacts.ts';
import { mountArtifacts } from './mount-artifacts.ts';
import { recordArtifact } from './record-artifact.ts';

/** Injects the `FileArtifactStore` that holds data sets, checkpoints and weights. */
export const ARTIFACTS = Symbol('FileArtifactStore');

const hourMs = 3_600_000;

/** Stored files by their content, for workers, inference and whoever refers to them. */
@Global()
@Module({
  providers: [
    {
      provide: ARTIFACTS,
      inject: [SETTINGS],
      useFactory: (settings: Settings) =>
        createFileArtifactStore(join(settings.dataFolder, 'artifacts')),
    },
  ],
  exports: [ARTIFACTS],
})
export class ArtifactsModule implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  #collection: Repetition | undefined;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(ARTIFACTS) private readonly store: FileArtifactStore,
    @Inject(DATABASE) private readonly prisma: PrismaClient,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    mountArtifacts(this.host.httpAdapter.getInstance(), {
      store: this.store,
      record: (entry) => recordArtifact({ ...this.#parts(), entry }),
    });
  }

  onApplicationBootstrap(): void {
    this.#collection = every(hourMs, () => collectUnusedArtifacts(this.#parts()), {
      onError: (error) => this.logger.warn({ err: error }, 'could not collect unused artifacts'),
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.#collection?.stop();
  }

  #parts() {
    return { store: this.store, prisma: this.prisma, clock: this.clock, logger: this.logger };
  }
}
