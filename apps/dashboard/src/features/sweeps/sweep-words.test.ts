import { parseSweepSpec } from '@starling/domain';
import { expect, it } from 'vitest';
import { searchWords } from './sweep-words.ts';

it.each([
  [{ sampler: { kind: 'tpe' }, pruner: { kind: 'asha' } }, 'tpe · asha pruner'],
  [{ sampler: { kind: 'lr-range' } }, 'lr-range · no pruner'],
])('says who proposes and who stops: %j', (rules, words) => {
  const spec = parseSweepSpec({
    name: 'words',
    dataset: 'signals',
    space: { families: { mlp: {} } },
    budget: { trials: 2, epochs: 9 },
    ...rules,
  });
  expect(searchWords(spec)).toBe(words);
});
