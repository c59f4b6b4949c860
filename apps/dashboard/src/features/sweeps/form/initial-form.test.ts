import { buildNetwork, type DatasetSummary, parseSweepSpec } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { chooseDataset, createInitialForm, moveForm, withDataset } from './initial-form.ts';
import { draftOf } from './sweep-form.ts';

function dataset(name: string, change: Partial<DatasetSummary>): DatasetSummary {
  const split = { rows: 10, perClass: [5, 5] };
  return {
    id: `dst_${name}` as DatasetSummary['id'],
    name,
    sha256: 'a'.repeat(64),
    bytes: 1,
    shape: { kind: 'signal', channels: 1, length: 178, classes: 5 },
    classNames: [],
    featureNames: [],
    splits: { train: split, validation: split, test: null },
    source: 'built-in',
    isSynthetic: false,
    description: '',
    createdAt: '2026-01-01T00:00:00.000Z',
    ...change,
  };
}
const signal = dataset('eeg', {});
const visits = dataset('visits', {
  shape: { kind: 'sequence', features: 8, maxSteps: 40, classes: 2, variable: true },
});
const digits = dataset('digits', {
  shape: { kind: 'sequence', features: 28, maxSteps: 28, classes: 10, variable: false },
});

describe('the first form', () => {
  it.each([
    [signal, ['mlp', 'cnn']],
    [visits, ['rnn']],
    [digits, ['mlp', 'cnn']],
  ])('launches as it is on $name', (one, familyIds) => {
    const spec = parseSweepSpec(draftOf(createInitialForm(one)));
    expect(Object.keys(spec.space.families)).toEqual(familyIds);
    for (const [family, { parameters }] of Object.entries(spec.space.families)) {
      const top = Object.fromEntries(
        Object.entries(parameters).flatMap(([name, parameter]) =>
          'max' in parameter ? [[name, parameter.max]] : [],
        ),
      );
      expect(() => buildNetwork({ family, ...top }, one.shape)).not.toThrow();
    }
  });
});

describe('another data set', () => {
  it('keeps what fits and drops what does not', () => {
    const form = {
      ...createInitialForm(signal),
      enqueue: [{ family: 'mlp-baseline' }, { family: 'rnn-baseline' }],
    };
    expect(Object.keys(withDataset(form, digits).families)).toEqual(['mlp', 'cnn']);
    const moved = withDataset(form, visits);
    expect(Object.keys(moved.families)).toEqual(['rnn']);
    expect(moved.enqueue).toEqual([{ family: 'rnn-baseline' }]);
    expect(moved.dataset).toBe('visits');
  });
});

describe('a change of the data set by hand', () => {
  it('begins anew where nothing was edited', () => {
    expect(moveForm(createInitialForm(visits), visits, signal)).toEqual(createInitialForm(signal));
  });

  it('keeps edits, and a name only if it was given', () => {
    const edited = { ...createInitialForm(signal), seed: 9 };
    expect(moveForm(edited, signal, digits)).toMatchObject({
      seed: 9,
      name: 'First look at digits',
    });
    expect(moveForm({ ...edited, name: 'Mine' }, signal, digits).name).toBe('Mine');
  });
});

describe('the first data set', () => {
  it('is the user’s own newest', () => {
    const old = dataset('old', { source: 'upload' });
    const recent = dataset('recent', { source: 'upload', createdAt: '2026-02-01T00:00:00.000Z' });
    expect(chooseDataset([signal, old, recent])?.name).toBe('recent');
    expect(chooseDataset([signal])?.name).toBe('eeg');
    expect(chooseDataset([])).toBeUndefined();
  });
});
