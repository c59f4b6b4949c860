import type { SequencesRead } from '../jsonl/read-sequences.ts';
import { SIDES } from '../split/shares.ts';
import type { SplitSize } from '../stored/dataset-header.ts';
import { bytesOf, draftDataset, type StoredDataset } from '../stored/dataset-writer.ts';
import type { DatasetDescription } from '../stored/splits.ts';
import type { ImportContext } from './import-context.ts';
import type { RowPlan } from './plan-rows.ts';
import { datasetError } from './problem-list.ts';
import { labelsOfSide } from './write-dense.ts';

/** Widest step that a network can take. */
const VOCABULARY_LIMIT = 65_536;
const UNSEEN = -1;
/** Codes that are all of this form are ordered by number. */
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d*)$/;

/** The codes seen in train, and what that leaves of every split. */
interface Vocabulary {
  readonly names: readonly string[];
  /** By code number: its feature, or -1 where train does not have it. */
  readonly featureOf: Int32Array;
  readonly sizes: readonly SplitSize[];
  /** By side: occurrences of codes that train does not have. */
  readonly dropped: readonly number[];
}

/** Calls `visit` with the side and the code numbers of every visit, in order. */
async function forEachVisit(
  context: ImportContext,
  read: SequencesRead,
  plan: RowPlan,
  visit: (side: number, codes: Int32Array) => void | Promise<void>,
): Promise<void> {
  const counts = read.visits.reader((length) => new Int32Array(length));
  const codes = read.codes.reader((length) => new Int32Array(length));
  for (let row = 0; row < read.lengths.length; row++) {
    context.signal?.throwIfAborted();
    // A copy: the view is good only until the next take.
    const sizes = (await counts.take(read.lengths[row] as number)).slice();
    for (const size of sizes) await visit(plan.sides[row] as number, await codes.take(size));
  }
}

async function buildVocabulary(
  context: ImportContext,
  read: SequencesRead,
  plan: RowPlan,
): Promise<Vocabulary> {
  const bySide = SIDES.map(() => new Float64Array(read.codeNames.length));
  await forEachVisit(context, read, plan, (side, codes) => {
    const counts = bySide[side] as Float64Array;
    for (const code of codes) counts[code] = (counts[code] as number) + 1;
  });
  const trained = read.codeNames.flatMap((_, code) => ((bySide[0]?.[code] ?? 0) > 0 ? [code] : []));
  if (trained.length === 0 || trained.length > VOCABULARY_LIMIT) {
    throw datasetError({
      field: context.sources[0]?.name ?? 'train',
      message: `train should have 1 to ${VOCABULARY_LIMIT} different codes`,
      value: `${trained.length} codes`,
      fix: 'leave out rare codes, or group them into fewer',
    });
  }
  const nameOf = (code: number): string => read.codeNames[code] as string;
  const isNumbers = trained.every((code) => WHOLE_NUMBER.test(nameOf(code)));
  trained.sort((one, other) => {
    if (isNumbers) return Number(nameOf(one)) - Number(nameOf(other));
    return nameOf(one) < nameOf(other) ? -1 : 1;
  });
  const featureOf = new Int32Array(read.codeNames.length).fill(UNSEEN);
  trained.forEach((code, feature) => {
    featureOf[code] = feature;
  });
  const countOccurrences = (side: number, isSeen: boolean): number => {
    let total = 0;
    bySide[side]?.forEach((count, code) => {
      if ((featureOf[code] !== UNSEEN) === isSeen) total += count;
    });
    return total;
  };
  const sizes = SIDES.map((_, side) => {
    const rows = labelsOfSide(plan, side).length;
    let steps = 0;
    read.lengths.forEach((length, row) => {
      if (plan.sides[row] === side) steps += length;
    });
    return { rows, steps, codes: countOccurrences(side, true) };
  });
  return {
    names: trained.map(nameOf),
    featureOf,
    sizes,
    dropped: SIDES.map((_, side) => countOccurrences(side, false)),
  };
}

/** The first step of each row of one side, and the end of the last: [rows + 1]. */
export function stepOffsets(read: SequencesRead, plan: RowPlan, side: number): Int32Array {
  const lengths = read.lengths.filter((_, row) => plan.sides[row] === side);
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, row) => {
    offsets[row + 1] = (offsets[row] as number) + length;
  });
  return offsets;
}

function describeDropped(dropped: readonly number[]): string {
  const parts = SIDES.flatMap((side, at) => (dropped[at] ? [`${dropped[at]} in ${side}`] : []));
  if (parts.length === 0) return '';
  return ` Occurrences of codes that train does not have were left out: ${parts.join(', ')}.`;
}

/** Second pass over sequences of codes: vocabulary from train alone, then every split. */
export async function writeCodes(
  context: ImportContext,
  read: SequencesRead,
  plan: RowPlan,
  sentence: string,
): Promise<StoredDataset> {
  const vocabulary = await buildVocabulary(context, read, plan);
  const features = vocabulary.names.length;
  const description: DatasetDescription = {
    layout: 'ragged-codes',
    shape: {
      kind: 'sequence',
      features,
      maxSteps: read.lengths.reduce((most, length) => Math.max(most, length), 1),
      classes: plan.classNames.length,
      variable: true,
    },
    classNames: plan.classNames,
    featureNames: [],
    vocabulary: vocabulary.names,
    isSynthetic: false,
    description: `${sentence}${describeDropped(vocabulary.dropped)}`,
    splits: plan.splits,
  };
  const present = SIDES.filter((side) => plan.splits[side] !== null);
  const sizes = Object.fromEntries(present.map((side, at) => [side, vocabulary.sizes[at]]));
  await using draft = await draftDataset(context.workDirectory, description, sizes);
  const sinks = present.map((side) => ({
    offsets: draft.sink(`${side}.code_offsets`),
    codes: draft.sink(`${side}.codes`),
    end: 0,
  }));
  for (const sink of sinks) await sink.offsets.write(bytesOf(Int32Array.of(0)));
  await forEachVisit(context, read, plan, async (side, codes) => {
    const sink = sinks[side] as (typeof sinks)[number];
    const known = codes
      .map((code) => vocabulary.featureOf[code] as number)
      .filter((feature) => feature !== UNSEEN)
      .sort();
    sink.end += known.length;
    await sink.codes.write(bytesOf(known));
    await sink.offsets.write(bytesOf(Int32Array.of(sink.end)));
  });
  for (const [at, side] of present.entries()) {
    await sinks[at]?.offsets.finish();
    await sinks[at]?.codes.finish();
    await draft.put(`${side}.offsets`, stepOffsets(read, plan, at));
    await draft.put(`${side}.y`, labelsOfSide(plan, at));
  }
  const neutral = { mean: new Float32Array(features), scale: new Float32Array(features).fill(1) };
  return await draft.seal(neutral, context.outputDirectory, context.signal);
}
