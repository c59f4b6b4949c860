import { importOptionsSchema, maximumUploadBytes } from '@starling/domain';
import { describe, expect, it } from 'vitest';
import {
  emptyForm,
  findProblems,
  type ImportForm,
  messagesAt,
  refuseFile,
  toImportOptions,
  typeInto,
  withFiles,
  withSuggestions,
} from './import-form.ts';
import { parseHead } from './read-file-head.ts';

function csv(name: string, text = 'id,X1,X2,site,y\n1,2,3,n,0\n2,3,4,s,1\n3,3,4,s,1\n') {
  return {
    file: new File([text], name),
    head: parseHead(name, new TextEncoder().encode(text), true),
  };
}

function formOf(name = 'Seizure data.csv', change: Partial<ImportForm> = {}): ImportForm {
  const { file, head } = csv(name);
  return withSuggestions({ ...emptyForm, files: { all: file }, heads: { all: head }, ...change });
}

describe('suggestions', () => {
  it('fill what nobody typed', () => {
    expect(formOf()).toMatchObject({
      name: 'seizure-data',
      label: 'y',
      ignore: ['id', 'site'],
      format: 'csv',
    });
  });

  it('leave alone what was typed, but no column that is not there', () => {
    const typed = typeInto(typeInto(formOf(), 'name', 'mine'), 'label', 'X2');
    const other = csv('other.csv');
    const again = withSuggestions({ ...typed, files: { all: other.file } });
    expect(again).toMatchObject({ name: 'mine', label: 'X2' });
    const fewer = csv('fewer.csv', 'a,label\n1,0\n2,1\n');
    expect(
      withSuggestions({ ...typed, files: { all: fewer.file }, heads: { all: fewer.head } }),
    ).toMatchObject({ name: 'mine', label: 'label', ignore: [] });
  });
});

it('another file takes the head of the one before with it', () => {
  const form = formOf();
  expect(withFiles(form, { ...form.files }).heads).toEqual(form.heads);
  expect(withFiles(form, { all: csv('other.csv').file })).toMatchObject({
    heads: {},
    name: 'other',
  });
});

describe('options out of the form', () => {
  it('carry shares for one file', () => {
    const options = toImportOptions(
      { ...formOf(), group: 'site', ignore: ['id'], seed: 7 },
      { all: 'upl_1' },
    );
    expect(importOptionsSchema.parse(options)).toEqual({
      name: 'seizure-data',
      format: 'csv',
      files: { all: 'upl_1' },
      label: 'y',
      ignore: ['id'],
      group: 'site',
      split: { train: 0.8, validation: 0.1, test: 0.1 },
      seed: 7,
    });
  });

  it('carry no shares for files that are split already', () => {
    const options = toImportOptions(
      { ...formOf(), layout: 'split' },
      { train: 'upl_1', validation: 'upl_2' },
    );
    expect(options.files).toEqual({ train: 'upl_1', validation: 'upl_2' });
    expect(options).not.toHaveProperty('split');
    expect(importOptionsSchema.safeParse(options).success).toBe(true);
  });

  it.each([
    [70, 15, 15],
    [33.3, 33.3, 33.4],
    [90, 10, 0],
  ])('keep %d/%d/%d percent exact enough', (train, validation, test) => {
    const options = toImportOptions(
      { ...formOf(), shares: { train, validation, test } },
      { all: 'upl_1' },
    );
    expect(importOptionsSchema.safeParse(options).success).toBe(true);
  });
});

describe('problems before anything is sent', () => {
  it('are none where all is well', () => expect(findProblems(formOf(), ['other'])).toEqual([]));

  it.each<[string, Partial<ImportForm>, string, RegExp]>([
    ['no file', { files: {} }, 'files.all', /Choose a file/],
    ['a bad name', { name: 'Not good' }, 'name', /lower-case/],
    ['a taken name', { name: 'digits' }, 'name', /data set of this name/],
    ['no label', { label: '' }, 'label', /column/],
    ['shares of 110 %', { shares: { train: 90, validation: 10, test: 10 } }, 'split', /110 %/],
    ['a share of text', { shares: { train: null, validation: 10, test: 10 } }, 'split', /number/],
    ['a seed of text', { seed: null }, 'seed', /whole number/],
    ['a label as group', { group: 'y' }, 'group', /label/],
  ])('name %s', (_what, change, field, words) => {
    const problems = findProblems({ ...formOf(), ...change }, ['digits']);
    expect(messagesAt(problems, field).join(' ')).toMatch(words);
  });

  it('ask for train and validation, not for test', () => {
    const problems = findProblems({ ...formOf(), layout: 'split' }, []);
    expect(problems.map(({ field }) => field)).toEqual(['files.train', 'files.validation']);
  });

  it('refuse a file that is too large, in words, before a byte is sent', () => {
    expect(refuseFile({ size: maximumUploadBytes })).toBeNull();
    expect(refuseFile({ size: 2 * 1024 ** 3 })).toMatch(/2\.0 GiB; the most is 1\.0 GiB/);
    expect(refuseFile({ size: 0 })).toMatch(/empty/);
    const huge = new File(['a'], 'huge.csv');
    Object.defineProperty(huge, 'size', { value: 2 * 1024 ** 3 });
    expect(messagesAt(findProblems({ ...formOf(), files: { all: huge } }, []), 'files')).toEqual([
      refuseFile({ size: 2 * 1024 ** 3 }),
    ]);
  });
});
