import { type DataKind, type DatasetSummary, dataKindOf } from '@starling/domain';
import { formatCount, NOTHING } from '../../ui/format.ts';

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

/** Rows of train, validation and test: `9,200 / 1,150 / 1,150`; a dash where there is no test split. */
export function describeRows({ splits }: Pick<DatasetSummary, 'splits'>): string {
  return [splits.train, splits.validation, splits.test]
    .map((split) => (split === null ? NOTHING : formatCount(split.rows)))
    .join(' / ');
}
