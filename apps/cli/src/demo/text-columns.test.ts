import { describe, expect, it } from 'vitest';
import { textColumnsIn } from './text-columns.ts';

const problem = (field: string, value?: string) => ({
  field,
  message: 'text in a number column',
  ...(value === undefined ? {} : { value }),
});

describe('textColumnsIn', () => {
  it('finds the columns of text by the first row', () => {
    expect(
      textColumnsIn([
        problem('all.csv row 2, column id', '"O078.20"'),
        problem('all.csv row 3, column id', '"N065.4"'),
        problem('all.csv row 2, column first name', '"Ada"'),
        problem('all.csv column id'),
      ]),
    ).toEqual(['id', 'first name']);
  });

  it('finds none where a number column breaks later, or anything else is wrong too', () => {
    expect(textColumnsIn([problem('all.csv row 9, column X3', '"n/a"')])).toEqual([]);
    expect(
      textColumnsIn([problem('all.csv row 2, column id', '"O078.20"'), problem('all.csv row 7')]),
    ).toEqual([]);
    expect(textColumnsIn([problem('all.csv row 2, column X1', '"12abc"')])).toEqual([]);
    expect(textColumnsIn([])).toEqual([]);
  });
});
