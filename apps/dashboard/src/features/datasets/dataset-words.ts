import { type DataKind, type DatasetSummary, dataKindOf } from '@starling/domain';

/** Kinds of data as people call them. */
const kindWords: Record<DataKind, string> = {
  signal: 'signal',
  'fixed-sequence': 'sequence',
  'variable-sequence': 'variable-length sequence',
};

export function describeKind(dataset: Pick<DatasetSummary, 'shape'>): string {
  return kindWords[dataKindOf(dataset.shape)];
}

export const sourceWords: Record<DatasetSummary['source'], string> = {
  upload: 'uploaded',
  'built-in': 'built in',
};
