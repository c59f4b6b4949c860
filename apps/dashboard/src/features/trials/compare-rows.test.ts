import type { TrialDetail } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import { sampleRow } from '../../live/sample-sweep.ts';
import { compareConfigurations, compareMeasures } from './compare-rows.ts';

const trials = [
  sampleRow(1, {
    validationAccuracy: 0.9,
    overfittingGap: 0.2,
    configuration: { family: 'mlp', width: 16 },
  }),
  sampleRow(2, {
    validationAccuracy: 0.8,
    overfittingGap: 0.01,
    configuration: { family: 'mlp', width: 32, dropout: 0.5 },
  }),
] as unknown as TrialDetail[];

describe('comparing', () => {
  it('marks the better of each measure', () => {
    const rows = compareMeasures(trials);
    const best = Object.fromEntries(rows.map((row) => [row.key, row.best]));
    expect(best).toMatchObject({ validation: [0], gap: [1], parameters: [], train: [] });
    expect(rows.find((row) => row.key === 'gap')?.values).toEqual(['+20.0 pt', '+1.0 pt']);
  });

  it('shows which parameters differ, those missing too', () => {
    const rows = compareConfigurations(trials);
    expect(rows.map((row) => [row.key, row.isDifferent])).toEqual([
      ['family', false],
      ['width', true],
      ['dropout', true],
    ]);
    expect(rows[2]?.values).toEqual(['–', '0.5']);
  });
});
