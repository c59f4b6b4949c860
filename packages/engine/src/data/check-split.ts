import { inputError } from '@starling/domain';
import { type Split, stepsOf } from './training-data.ts';

/**
 * Throws an `invalid-dataset` AppError where a split is empty, its arrays are too short, a
 * label is not a class, or a sequence has no step. `name` is `train`, `validation` or `test`.
 */
export function checkSplit(name: string, split: Split, classes: number): void {
  const refuse = (field: string, message: string, value: string | number, fix: string): never => {
    throw inputError('invalid-dataset', [
      { field: `${name}.${field}`, message, value: String(value), fix },
    ]);
  };
  if (split.rows < 1) refuse('rows', 'the split is empty', split.rows, 'give it rows');
  if (split.y.length < split.rows) {
    refuse('y', 'there are fewer labels than rows', split.y.length, `give ${split.rows} labels`);
  }
  for (let row = 0; row < split.rows; row++) {
    const label = split.y[row] ?? -1;
    if (label < 0 || label >= classes) {
      refuse(`y[${row}]`, 'the label is no class', label, `use labels from 0 to ${classes - 1}`);
    }
  }
  if (split.kind === 'dense') {
    if (split.x.length < split.rows * split.width) {
      refuse('x', 'there are too few values', split.x.length, 'give rows × width values');
    }
    return;
  }
  if (split.offsets.length < split.rows + 1) {
    refuse('offsets', 'there are too few offsets', split.offsets.length, 'give rows + 1 offsets');
  }
  for (let row = 0; row < split.rows; row++) {
    if (stepsOf(split, row) < 1) {
      refuse(`offsets[${row}]`, 'the sequence has no steps', row, 'leave empty sequences out');
    }
  }
  const steps = split.offsets[split.rows] ?? 0;
  if (split.x !== undefined && split.x.length < steps * split.features) {
    refuse('x', 'there are too few values', split.x.length, 'give steps × features values');
  }
  if (split.codes !== undefined) {
    const { codeOffsets, codes } = split.codes;
    if (codeOffsets.length < steps + 1 || codes.length < (codeOffsets[steps] ?? 0)) {
      refuse('codes', 'there are too few codes', codes.length, 'give steps + 1 offsets and codes');
    }
    const foreign = codes.findIndex((code) => code >= split.features);
    if (foreign >= 0) {
      const fix = `use codes from 0 to ${split.features - 1}`;
      refuse(`codes[${foreign}]`, 'the code is no feature', codes[foreign] ?? -1, fix);
    }
  }
}
