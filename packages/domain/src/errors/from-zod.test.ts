import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeProblem } from './app-error.ts';
import { problemsOf } from './from-zod.ts';

const schema = z.strictObject({
  trials: z.int().min(1).max(9),
  share: z.number().positive(),
  name: z.string().min(2).max(3),
  label: z.string().min(1, 'name the label'),
  tags: z.array(z.string()).min(1),
  isOn: z.boolean(),
  split: z.enum(['train', 'test']),
  sampler: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('random') }),
    z.strictObject({ kind: z.literal('grid') }),
  ]),
});

const right = {
  ...{ trials: 3, share: 0.5, name: 'abc', label: 'y', tags: ['a'], isOn: true },
  ...{ split: 'train', sampler: { kind: 'grid' } },
};

it.each([
  [{ trials: 0 }, 'trials: is too small (got 0) — use 1 or more'],
  [{ trials: 10 }, 'trials: is too large (got 10) — use 9 or fewer'],
  [{ trials: 1.5 }, 'trials: must be a whole number (got 1.5) — write a whole number'],
  [{ trials: '3' }, 'trials: must be a number (got "3") — write a number'],
  [{ share: 0 }, 'share: is too small (got 0) — use more than 0'],
  [{ name: 'a' }, 'name: is too short (got "a") — use 2 characters or more'],
  [{ name: 'abcd' }, 'name: is too long (got "abcd") — use 3 characters or fewer'],
  [{ name: undefined }, 'name: is missing — write text'],
  [{ label: '' }, 'label: name the label (got "")'],
  [{ tags: [] }, 'tags: is too short (got []) — use 1 item or more'],
  [{ isOn: 'yes' }, 'isOn: must be true or false (got "yes") — write true or false'],
  [
    { split: 'tsst' },
    'split: is not one of its values (got "tsst") — did you mean test? use one of train, test',
  ],
  [
    { sampler: { kind: 'tpe' } },
    'sampler.kind: is not one of its values (got "tpe") — use one of random, grid',
  ],
  [{ sampler: {} }, 'sampler.kind: is missing — use one of random, grid'],
  [{ smapler: 1 }, 'smapler: this key is not known — remove it or check its spelling'],
])('%j names field, value and fix', (wrong, sentence) => {
  const input = { ...right, ...wrong };
  const { error } = schema.safeParse(input);
  expect(error && problemsOf(error, input).map(describeProblem)).toEqual([sentence]);
});
