import type {
  ImportedFile,
  ImportWishes,
  RateRanges,
  StudiesPort,
  StudyOutline,
  StudyPlace,
  SweepImportance,
} from '@starling/api/server';
import {
  appendAuditEvent,
  findSweepSpec,
  listFinishedAfter,
  type PrismaClient,
} from '@starling/db';
import {
  AppError,
  type Clock,
  fixOfChoice,
  goalsOf,
  inputError,
  objectiveSchema,
  type Principal,
} from '@starling/domain';
import {
  detectSource,
  documentSources,
  type ExportedSweep,
  type ExportedTrial,
  importSweep,
} from '@starling/search';
import { stringify } from 'yaml';
import { nameActor } from '../access/name-actor.ts';
import type { StagedUploads } from '../datasets/staged-uploads.ts';
import { allowDatabase } from './allow-database.ts';
import { loadExport, loadTrials } from './load-export.ts';
import { measureInThread } from './measure-in-thread.ts';
import { readDocument } from './read-document.ts';
import { readInThread } from './read-in-thread.ts';
import { readMeasured } from './read-measured.ts';
import { readRates } from './read-rates.ts';
import type { StorageRequest } from './read-storage.ts';

export interface StudiesParts {
  prisma: PrismaClient;
  clock: Clock;
  uploads: Pick<StagedUploads, 'find'>;
  /** Hosts of databases that admins may read studies from. */
  importHosts: readonly string[];
}

/** Largest SQLite file that is read: 512 MiB. */
const maximumStudyBytes = 512 * 1024 ** 2;

/** What is made of a sweep's trials afterwards, and of other tools' files before. */
export class StudiesService implements StudiesPort {
  readonly #prisma: PrismaClient;
  readonly #parts: StudiesParts;

  constructor(parts: StudiesParts) {
    this.#prisma = parts.prisma;
    this.#parts = parts;
  }

  async importance(input: Parameters<StudiesPort['importance']>[0]): Promise<SweepImportance> {
    const spec = await findSweepSpec(this.#prisma, input.id);
    if (spec === undefined) throw new AppError('not-found', `there is no sweep ${input.id}`);
    const { objectives } = goalsOf(spec);
    const objective =
      input.objective === null
        ? objectives[0]
        : objectives.find(
            ({ metric }) => metric === objectiveSchema.safeParse(input.objective).data?.metric,
          );
    if (objective === undefined) {
      throw inputError('invalid-input', [
        {
          field: 'objective',
          message: 'is no objective of this sweep',
          value: input.objective ?? '',
          fix: fixOfChoice(
            input.objective,
            objectives.map(({ metric }) => metric),
          ),
        },
      ]);
    }
    const { metric, direction } = objective;
    const rows = await listFinishedAfter(this.#prisma, input.id, 0);
    const report = await measureInThread({
      space: spec.space,
      direction,
      method: input.method,
      isExternal: spec.evaluation === 'external',
      trials: rows
        // Cancelled trials say where someone lost patience, not how good they were.
        .filter((row) => row.outcome !== 'cancelled')
        .map((row) => ({
          configuration: row.configuration,
          value: row.outcome === 'failed' ? null : readMeasured(row, metric, objectives),
        })),
    });
    return { ...report, metric, direction };
  }

  learningRates(input: Parameters<StudiesPort['learningRates']>[0]): Promise<RateRanges> {
    return readRates(this.#prisma, input);
  }

  async import(input: Parameters<StudiesPort['import']>[0]): Promise<ImportedFile> {
    const document = readDocument(input.text);
    const source = input.source ?? detectSource(document);
    if (source === null) {
      throw inputError('invalid-input', [
        {
          field: 'source',
          message: 'the file is of no tool that is known by its keys',
          fix: `say whose it is: one of ${documentSources.join(', ')}`,
        },
      ]);
    }
    const { spec, notes } = importSweep(source, document, {
      target: input.target,
      ...(input.dataset === null ? {} : { dataset: input.dataset }),
      ...(input.name === null ? {} : { name: input.name }),
    });
    return { source, spec, yaml: stringify(spec), notes, history: [], trials: null };
  }

  async listStudies(place: StudyPlace, principal: Principal): Promise<StudyOutline[]> {
    const answer = await readInThread({ place: await this.#find(place, principal), study: null });
    return answer.kind === 'studies' ? answer.studies : [];
  }

  async importStudy(
    place: StudyPlace,
    { study, target, dataset, name }: ImportWishes & { study: string | null },
    principal: Principal,
  ): Promise<ImportedFile> {
    const options = {
      target,
      ...(dataset === null ? {} : { dataset }),
      ...(name === null ? {} : { name }),
    };
    const found = await this.#find(place, principal);
    const answer = await readInThread({ place: found, study: { name: study, options } });
    if (answer.kind !== 'study') throw new AppError('internal', 'the study was not read');
    const { spec, notes, history } = answer.sweep;
    const { trials } = answer;
    return { source: 'optuna', spec, yaml: stringify(spec), notes, history, trials };
  }

  async #find(place: StudyPlace, principal: Principal): Promise<StorageRequest['place']> {
    if ('uploadId' in place) {
      const { path, name, bytes } = await this.#parts.uploads.find(place.uploadId);
      if (bytes <= maximumStudyBytes) return { file: path, name };
      throw new AppError(
        'too-large',
        `${name} has more than 512 MiB; read it from its own machine with starling sweep import`,
      );
    }
    const url = allowDatabase(place.url, this.#parts.importHosts);
    const subject = `${url.host}${url.pathname}`;
    const entry = { actor: nameActor(principal), action: 'study.read', subject };
    await appendAuditEvent(this.#prisma, entry, new Date(this.#parts.clock.nowMs()));
    return { url: url.href };
  }

  /** Throws `not-found`. */
  loadExport(id: string): Promise<ExportedSweep> {
    return loadExport(this.#prisma, id);
  }

  loadTrials(id: string, options: { withHistory: boolean }): AsyncGenerator<ExportedTrial> {
    return loadTrials(this.#prisma, id, options);
  }
}
