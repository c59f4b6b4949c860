import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { DatasetsPort } from '@starling/api/server';
import { type FileArtifactStore, importInThread, readSamplesFromFile } from '@starling/datasets';
import {
  appendAuditEvent,
  deleteDataset,
  findDataset,
  findDatasetByRequest,
  listDatasets,
  type PrismaClient,
} from '@starling/db';
import {
  AppError,
  type Clock,
  type DatasetSample,
  type DatasetSummary,
  type ImportOptions,
  inputError,
  type Principal,
  type SplitName,
} from '@starling/domain';
import { nameActor } from '../access/name-actor.ts';
import { ARTIFACTS } from '../artifacts/artifacts.module.ts';
import { CLOCK } from '../clock/clock.module.ts';
import { DATABASE } from '../database/database.module.ts';
import type { Settings } from '../env.ts';
import { SETTINGS } from '../settings/settings.module.ts';
import { ImportProgressBus } from './import-progress-bus.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import type { StagedUpload, StagedUploads } from './staged-uploads.ts';
import { STAGED_UPLOADS } from './staged-uploads.ts';
import { storeDataset } from './store-dataset.ts';

/** Imports that run at once; each has a thread, and memory for its labels. */
const importsAtOnce = 2;

interface ImportInput {
  requestId: string;
  options: ImportOptions;
}

type Staged = Partial<Record<'all' | SplitName, StagedUpload>>;

@Injectable()
export class DatasetsService implements DatasetsPort, OnModuleDestroy {
  readonly #running = new Map<string, Promise<DatasetSummary>>();
  readonly #inTurn = limitConcurrency(importsAtOnce);
  readonly #shutdown = new AbortController();

  constructor(
    @Inject(DATABASE) private readonly prisma: PrismaClient,
    @Inject(ARTIFACTS) private readonly store: FileArtifactStore,
    @Inject(STAGED_UPLOADS) private readonly uploads: StagedUploads,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly progress: ImportProgressBus,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.#shutdown.abort(
      new AppError(
        'timed-out',
        'the coordinator stopped before the import was done; send it again',
      ),
    );
    await Promise.allSettled(this.#running.values());
  }

  list(): Promise<DatasetSummary[]> {
    return listDatasets(this.prisma);
  }

  async get(nameOrId: string): Promise<DatasetSummary> {
    const dataset = await findDataset(this.prisma, nameOrId);
    if (dataset === undefined) {
      throw new AppError('not-found', `there is no data set ${nameOrId}`);
    }
    return dataset;
  }

  async import(input: ImportInput, principal: Principal): Promise<DatasetSummary> {
    const before = await findDatasetByRequest(this.prisma, input.requestId);
    if (before !== undefined) return before;
    const running = this.#running.get(input.requestId);
    if (running !== undefined) return running;
    const work = this.#inTurn(() => this.#import(input, nameActor(principal))).finally(() =>
      this.#running.delete(input.requestId),
    );
    this.#running.set(input.requestId, work);
    return work;
  }

  async remove(id: string, principal: Principal): Promise<void> {
    const now = new Date(this.clock.nowMs());
    await this.prisma.$transaction(async (transaction) => {
      await deleteDataset(transaction, id);
      await appendAuditEvent(
        transaction,
        { actor: nameActor(principal), action: 'dataset.remove', subject: id },
        now,
      );
    });
  }

  async samples(input: { id: string; split: SplitName; limit: number }): Promise<DatasetSample[]> {
    const { sha256 } = await this.get(input.id);
    return readSamplesFromFile(await this.store.pathOf(sha256), input.split, input.limit);
  }

  async #import({ requestId, options }: ImportInput, actor: string): Promise<DatasetSummary> {
    const staged = await this.#findUploads(options);
    try {
      this.#shutdown.signal.throwIfAborted();
      // Told now, not after minutes of reading.
      if ((await findDataset(this.prisma, options.name)) !== undefined) throw nameTaken(options);
      const files = Object.fromEntries(
        Object.entries(staged).map(([role, upload]) => [role, upload.path]),
      );
      const stored = await importInThread({
        options,
        files: files as Parameters<typeof importInThread>[0]['files'],
        fileNames: Object.fromEntries(
          Object.entries(staged).map(([role, upload]) => [role, upload.name]),
        ),
        outputDirectory: join(this.settings.dataFolder, 'imports'),
        signal: this.#shutdown.signal,
        onProgress: (progress) => {
          // Done is when the row is there, not when the file is.
          if (progress.stage !== 'done') this.progress.publish({ requestId, progress });
        },
      });
      try {
        const summary = await storeDataset(
          { prisma: this.prisma, store: this.store, clock: this.clock },
          { stored, name: options.name, requestId, source: 'upload', actor },
        );
        await this.#removeUploads(staged);
        this.#publishDone(requestId, summary, staged);
        return summary;
      } finally {
        await rm(stored.path, { force: true });
      }
    } catch (error) {
      // What may work the next time keeps its files; for the rest nothing stays.
      if (!(error instanceof AppError) || !error.retryable) await this.#removeUploads(staged);
      throw error;
    }
  }

  async #removeUploads(staged: Staged): Promise<void> {
    for (const upload of Object.values(staged)) await this.uploads.remove(upload.uploadId);
  }

  #publishDone(requestId: string, summary: DatasetSummary, staged: Staged): void {
    const { train, validation, test } = summary.splits;
    const totalBytes = Object.values(staged).reduce((sum, upload) => sum + upload.bytes, 0);
    const rows = train.rows + validation.rows + (test?.rows ?? 0);
    this.progress.publish({
      requestId,
      progress: { stage: 'done', rows, bytesRead: totalBytes, totalBytes },
    });
  }

  /** The uploads that the options name; throws naming each field whose upload is not there. */
  async #findUploads(options: ImportOptions): Promise<Staged> {
    const staged: Staged = {};
    for (const [role, uploadId] of Object.entries(options.files)) {
      if (uploadId === undefined) continue;
      try {
        staged[role as keyof Staged] = await this.uploads.find(uploadId);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        throw inputError('invalid-input', [
          {
            field: `options.files.${role}`,
            message: 'names no upload',
            value: uploadId,
            fix: 'upload the file, and import it within a day',
          },
        ]);
      }
    }
    return staged;
  }
}

function nameTaken(options: ImportOptions): AppError {
  return new AppError('conflict', `there is a data set named ${options.name} already`, {
    problems: [
      {
        field: 'options.name',
        message: 'is taken',
        value: options.name,
        fix: 'choose another name, or remove the data set of this name first',
      },
    ],
  });
}
