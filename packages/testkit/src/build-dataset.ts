import { type DatasetSummary, datasetSummarySchema } from '@starling/domain';
import { buildId } from './build-id.ts';

/** A made-up data set of signals in two classes; its artifact is not stored by this. */
export function buildDataset(change: Partial<DatasetSummary> = {}): DatasetSummary {
  return datasetSummarySchema.parse({
    id: buildId('dataset', 1),
    name: 'a-dataset',
    sha256: 'd'.repeat(64),
    bytes: 1000,
    shape: { kind: 'signal', channels: 1, length: 8, classes: 2 },
    classNames: ['no', 'yes'],
    featureNames: [],
    splits: {
      train: { rows: 80, perClass: [40, 40] },
      validation: { rows: 10, perClass: [5, 5] },
      test: { rows: 10, perClass: [5, 5] },
    },
    source: 'built-in',
    isSynthetic: true,
    description: 'made up for tests',
    createdAt: '2026-01-01T12:00:00.000Z',
    ...change,
  });
}
