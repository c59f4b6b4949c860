import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importDataset } from '@starling/datasets';
import { createRandom, importOptionsSchema } from '@starling/domain';
import { onTestFinished } from 'vitest';
import { sha256Of } from '../artifacts/artifact-client.ts';

/** A stored data set made from a text, as the coordinator would store it. */
async function store(text: string, format: 'csv' | 'jsonl') {
  const folder = await mkdtemp(join(tmpdir(), 'starling-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const all = join(folder, `rows.${format}`);
  await writeFile(all, text);
  const options = importOptionsSchema.parse({
    name: 'rows',
    format,
    files: { all },
    label: 'label',
    split: { train: 0.6, validation: 0.2, test: 0.2 },
  });
  const stored = await importDataset({ options, files: { all }, outputDirectory: folder });
  const bytes = new Uint8Array(await readFile(stored.path));
  const shared = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(shared).set(bytes);
  return { shape: stored.shape, bytes, shared, sha256: sha256Of(bytes) };
}

/** Two classes of noisy signals of 8 samples: one rises, one falls. */
export function storeSignals() {
  const random = createRandom(1, 'signals');
  const names = Array.from({ length: 8 }, (_, index) => `s${index}`);
  const rows = Array.from({ length: 200 }, (_, row) => {
    const slope = row % 2 === 0 ? 1 : -1;
    const values = names.map((_, index) => (slope * index + random.normal()).toFixed(4));
    return [...values, slope > 0 ? 'up' : 'down'].join(',');
  });
  return store([[...names, 'label'].join(','), ...rows].join('\n'), 'csv');
}

/** Sequences of 2 to 5 visits of codes; the code `bad` makes class 1. */
export function storeVisits() {
  const random = createRandom(2, 'visits');
  const rows = Array.from({ length: 120 }, (_, row) => {
    const label = row % 2;
    const visits = Array.from({ length: 2 + random.integer(4) }, () => [
      `c${random.integer(6)}`,
      label === 1 ? 'bad' : 'good',
    ]);
    return JSON.stringify({ visits, label });
  });
  return store(rows.join('\n'), 'jsonl');
}
