import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import { AppError, builtInDatasets, type DatasetSummary } from '@starling/domain';
import { sleep, systemClock } from '@starling/runtime';
import type { Connection } from '../connection/connect.ts';
import { type AddProgress, addDataset } from '../datasets/add-dataset.ts';
import { sizeOf } from '../datasets/upload-file.ts';
import { textColumnsIn } from './text-columns.ts';

const builtInTimeoutMs = 180_000;

/** The synthetic data set, once the coordinator has made it. */
export async function waitForBuiltIn({ api, call }: Connection): Promise<DatasetSummary> {
  const [name] = builtInDatasets;
  const deadline = systemClock.monotonicMs() + builtInTimeoutMs;
  while (systemClock.monotonicMs() < deadline) {
    const datasets = await call(api.datasets.list.query());
    const found = datasets.find((dataset) => dataset.name === name);
    if (found !== undefined) return found;
    await sleep(250);
  }
  throw new AppError('timed-out', `the data set ${name} was not made — see the coordinator’s log`);
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** A name for a user's file that the same content and label always get. */
export async function nameFor(file: string, label: string): Promise<string> {
  const stem = basename(file, extname(file))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 40)
    .replace(/[^a-z0-9]+$/, '');
  const hash = createHash('sha256')
    .update(`${await hashOf(file)} ${label}`)
    .digest('hex');
  return `${stem === '' ? 'demo' : stem}-${hash.slice(0, 8)}`;
}

/**
 * The user's file as a data set: imported now, or by an earlier demo. Columns of text, such as
 * ids, are left out, and `onLeftOut` hears which.
 */
export async function importUserFile(
  connection: Connection,
  file: string,
  label: string,
  progress: AddProgress,
  onLeftOut: (columns: string[]) => void,
): Promise<DatasetSummary> {
  await sizeOf('--csv', file);
  const name = await nameFor(file, label);
  const datasets = await connection.call(connection.api.datasets.list.query());
  const known = datasets.find((dataset) => dataset.name === name);
  if (known !== undefined) return known;
  const options = { label, split: '0.7/0.15/0.15', seed: 1 };
  try {
    return await addDataset(connection, name, file, options, progress);
  } catch (error) {
    const ignore = error instanceof AppError ? textColumnsIn(error.problems) : [];
    if (ignore.length === 0) throw error;
    onLeftOut(ignore);
    return addDataset(connection, name, file, { ...options, ignore }, progress);
  }
}
