import { expect, it } from 'vitest';
import { assignFiles } from './assign-files.ts';

const file = (name: string) => new File(['a,y\n1,2\n'], name);
const namesOf = (files: Partial<Record<string, File>>) =>
  Object.fromEntries(Object.entries(files).map(([role, one]) => [role, one?.name]));

it('keeps one file where it was dropped', () => {
  const { layout, files } = assignFiles(
    { layout: 'split', files: {} },
    [file('test.csv')],
    'train',
  );
  expect(layout).toBe('split');
  expect(namesOf(files)).toEqual({ train: 'test.csv' });
  expect(assignFiles({ layout: 'one', files: {} }, [file('test.csv')], null).files.all?.name).toBe(
    'test.csv',
  );
});

it('places several by their names and the rest in order', () => {
  const dropped = ['x_test.csv', 'x_train.csv', 'x-val.csv'].map(file);
  const { layout, files, left } = assignFiles({ layout: 'one', files: {} }, dropped, 'all');
  expect({ layout, left }).toEqual({ layout: 'split', left: [] });
  expect(namesOf(files)).toEqual({
    train: 'x_train.csv',
    validation: 'x-val.csv',
    test: 'x_test.csv',
  });
  const unnamed = assignFiles(
    { layout: 'one', files: {} },
    [file('a.csv'), file('test.csv')],
    null,
  );
  expect(namesOf(unnamed.files)).toEqual({ train: 'a.csv', test: 'test.csv' });
});

it('does not read a split out of the middle of a word', () => {
  const { files } = assignFiles(
    { layout: 'split', files: {} },
    [file('latest.csv'), file('strain.csv')],
    null,
  );
  expect(namesOf(files)).toEqual({ train: 'latest.csv', validation: 'strain.csv' });
});

it('says which files found no place', () => {
  const dropped = ['a.csv', 'b.csv', 'c.csv', 'd.csv'].map(file);
  expect(
    assignFiles({ layout: 'split', files: {} }, dropped, null).left.map(({ name }) => name),
  ).toEqual(['d.csv']);
});
