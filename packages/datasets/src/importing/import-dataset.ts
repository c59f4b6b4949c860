import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, type ImportOptions, type ImportProgress } from '@starling/domain';
import type { StoredDataset } from '../stored/dataset-writer.ts';
import type { ImportContext, ImportSource } from './import-context.ts';
import { importCsv } from './import-csv.ts';
import { importJsonLines } from './import-json-lines.ts';

/** Paths by the part that each file plays. */
export type ImportFiles =
  | { readonly all: string }
  | { readonly train: string; readonly validation: string; readonly test?: string | undefined };

export interface ImportRequest {
  readonly options: ImportOptions;
  readonly files: ImportFiles;
  /** What messages call the files, by part; the path's last part where absent. */
  readonly fileNames?: Readonly<Record<string, string>> | undefined;
  /** Where the data set's file goes, as `<sha256>.safetensors`; made where absent. */
  readonly outputDirectory: string;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

function listSources(request: Pick<ImportRequest, 'files' | 'fileNames'>): ImportSource[] {
  const { files, fileNames } = request;
  const roles = 'all' in files ? (['all'] as const) : (['train', 'validation', 'test'] as const);
  const paths: Readonly<Record<string, string | undefined>> = { ...files };
  return roles.flatMap((role) => {
    const path = paths[role];
    return path === undefined ? [] : [{ role, path, name: fileNames?.[role] ?? basename(path) }];
  });
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    // A file that is not there is reported where it is opened, by its name.
    return 0;
  }
}

function explainFailure(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new AppError('storage-full', 'the disk is full; free some space and import again', {
    cause: error,
  });
}

/** Imports into a work directory that the caller made and removes. */
export async function importInto(
  workDirectory: string,
  request: ImportRequest,
): Promise<StoredDataset> {
  const sources = listSources(request);
  const totalBytes = (await Promise.all(sources.map((source) => sizeOf(source.path)))).reduce(
    (sum, bytes) => sum + bytes,
    0,
  );
  let bytesRead = 0;
  const context: ImportContext = {
    options: request.options,
    sources,
    workDirectory,
    outputDirectory: request.outputDirectory,
    signal: request.signal,
    addBytesRead: (bytes) => {
      bytesRead += bytes;
    },
    report: (stage, rows) => request.onProgress?.({ stage, rows, bytesRead, totalBytes }),
  };
  try {
    const importFormat = request.options.format === 'csv' ? importCsv : importJsonLines;
    const stored = await importFormat(context);
    const { train, validation, test } = stored.splits;
    context.report('done', train.rows + validation.rows + (test?.rows ?? 0));
    return stored;
  } catch (error) {
    throw explainFailure(error);
  }
}

/** A work directory beside the output, so that the finished file can be moved there. */
export async function makeWorkDirectory(outputDirectory: string): Promise<string> {
  await mkdir(outputDirectory, { recursive: true });
  return await mkdtemp(join(outputDirectory, '.import-'));
}

/**
 * Turns files into one stored data set. The files are read once, block by block; of each row
 * only the label, the group and the side stay in memory, the numbers wait on disk. On any
 * failure, and when `signal` aborts, nothing is left behind.
 * @throws AppError `invalid-dataset` with up to 20 problems, each with place and fix;
 *   `storage-full`; the signal's reason when aborted
 */
export async function importDataset(request: ImportRequest): Promise<StoredDataset> {
  const workDirectory = await makeWorkDirectory(request.outputDirectory);
  try {
    return await importInto(workDirectory, request);
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
}
