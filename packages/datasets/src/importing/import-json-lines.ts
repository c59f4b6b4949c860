import { SequenceReader, type SequencesRead } from '../jsonl/read-sequences.ts';
import type { StoredDataset } from '../stored/dataset-writer.ts';
import type { ImportContext } from './import-context.ts';
import { planRows } from './plan-rows.ts';
import { datasetError } from './problem-list.ts';
import { writeCodes } from './write-codes.ts';
import { writeDense } from './write-dense.ts';
import { writeSteps } from './write-steps.ts';

/** Widest row that a network can take. */
const WIDTH_LIMIT = 65_536;

function describeEmpty(read: SequencesRead): string {
  if (read.emptyRows === 0) return '';
  const [rows, what] = [read.emptyRows, read.kind === 'codes' ? 'visits' : 'steps'];
  return ` ${rows} ${rows === 1 ? 'row' : 'rows'} without ${what} left out.`;
}

function checkAllEmpty(context: ImportContext, read: SequencesRead): void {
  if (read.lengths.length > 0 || read.emptyRows === 0) return;
  throw datasetError({
    field: context.sources[0]?.name ?? 'train',
    message: 'every sequence is empty',
    value: `${read.emptyRows} rows`,
    fix: 'give every row at least one visit or step',
  });
}

/** The one length that all sequences have, where they do and a row can hold it. */
function findFixedLength(read: SequencesRead): number | undefined {
  const first = read.lengths[0] ?? 0;
  const isFixed = read.lengths.every((length) => length === first);
  return isFixed && first * read.features <= WIDTH_LIMIT ? first : undefined;
}

/**
 * Imports sequences. Steps of numbers that all have one length become a fixed sequence,
 * which every family can take; a step's features then share their statistics over time.
 */
export async function importJsonLines(context: ImportContext): Promise<StoredDataset> {
  await using reader = await SequenceReader.create(context);
  const read = await reader.readAll();
  checkAllEmpty(context, read);
  context.report('splitting', read.lengths.length);
  const plan = planRows(read.rows, context.options);
  const sentence = `${plan.sentence}${describeEmpty(read)}`;
  context.report('writing', read.lengths.length);
  if (read.kind === 'codes') return await writeCodes(context, read, plan, sentence);
  const length = findFixedLength(read);
  if (length === undefined) return await writeSteps(context, read, plan, sentence);
  return await writeDense(context, read.steps, plan, {
    shape: {
      kind: 'sequence',
      features: read.features,
      maxSteps: length,
      classes: plan.classNames.length,
      variable: false,
    },
    width: length * read.features,
    period: read.features,
    featureNames: [],
    description: sentence,
  });
}
