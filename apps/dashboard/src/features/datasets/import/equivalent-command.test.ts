import { expect, it } from 'vitest';
import { equivalentCommand, quoteWord } from './equivalent-command.ts';
import { emptyForm, type ImportForm } from './import-form.ts';

const file = (name: string) => new File(['a,y\n1,2\n'], name);
const form: ImportForm = { ...emptyForm, name: 'eeg', label: 'y', ignore: ['id', 'a b'] };

it('writes one file with its shares', () => {
  const one = { ...form, group: "it's", files: { all: file('my data.csv') } };
  expect(equivalentCommand(one).replace(/ \\\n +/g, ' ')).toBe(
    `npx starling dataset add eeg 'my data.csv' --label y --ignore id --ignore 'a b' --group 'it'\\''s' --split 0.8/0.1/0.1 --seed 1`,
  );
});

it('writes a file a split, and the format where names do not tell it', () => {
  const split: ImportForm = {
    ...form,
    layout: 'split',
    format: 'jsonl',
    ignore: [],
    files: { train: file('a.json'), validation: file('b.json') },
  };
  expect(equivalentCommand(split).replace(/ \\\n +/g, ' ')).toBe(
    'npx starling dataset add eeg --train a.json --validation b.json --label y --seed 1 --format jsonl',
  );
});

it.each([
  ['plain-1.csv', 'plain-1.csv'],
  ['$(rm -rf)', "'$(rm -rf)'"],
  ['a;b', "'a;b'"],
])('quotes %s as %s', (word, quoted) => expect(quoteWord(word)).toBe(quoted));
