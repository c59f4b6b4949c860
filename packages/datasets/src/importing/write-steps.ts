import type { SequencesRead } from '../jsonl/read-sequences.ts';
import { SIDES } from '../split/shares.ts';
import { bytesOf, draftDataset, type StoredDataset } from '../stored/dataset-writer.ts';
import { RunningMoments } from '../stored/running-moments.ts';
import type { DatasetDescription } from '../stored/splits.ts';
import type { ImportContext } from './import-context.ts';
import type { RowPlan } from './plan-rows.ts';
import { stepOffsets } from './write-codes.ts';
import { labelsOfSide } from './write-dense.ts';

/** Second pass over sequences of different lengths whose steps are numbers. */
export async function writeSteps(
  context: ImportContext,
  read: SequencesRead,
  plan: RowPlan,
  sentence: string,
): Promise<StoredDataset> {
  const { features, lengths } = read;
  const description: DatasetDescription = {
    layout: 'ragged-steps',
    shape: {
      kind: 'sequence',
      features,
      maxSteps: lengths.reduce((most, length) => Math.max(most, length), 1),
      classes: plan.classNames.length,
      variable: true,
    },
    classNames: plan.classNames,
    featureNames: [],
    vocabulary: [],
    isSynthetic: false,
    description: sentence,
    splits: plan.splits,
  };
  const present = SIDES.filter((side) => plan.splits[side] !== null);
  const offsets = present.map((_, side) => stepOffsets(read, plan, side));
  const sizes = Object.fromEntries(
    present.map((side, at) => {
      const steps = offsets[at]?.at(-1) ?? 0;
      return [side, { rows: (offsets[at]?.length ?? 1) - 1, steps, codes: 0 }];
    }),
  );
  await using draft = await draftDataset(context.workDirectory, description, sizes);
  const sinks = present.map((side) => draft.sink(`${side}.x`));
  const moments = new RunningMoments(features);
  const reader = read.steps.reader((length) => new Float32Array(length));
  for (let row = 0; row < lengths.length; row++) {
    context.signal?.throwIfAborted();
    const side = plan.sides[row] as number;
    const values = await reader.take((lengths[row] as number) * features);
    await sinks[side]?.write(bytesOf(values));
    if (side !== 0) continue;
    for (let start = 0; start < values.length; start += features) moments.add(values, start);
  }
  for (const [at, side] of present.entries()) {
    await sinks[at]?.finish();
    await draft.put(`${side}.offsets`, offsets[at] as Int32Array);
    await draft.put(`${side}.y`, labelsOfSide(plan, at));
  }
  return await draft.seal(moments.finish(), context.outputDirectory, context.signal);
}
