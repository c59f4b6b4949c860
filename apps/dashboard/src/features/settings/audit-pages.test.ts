import { expect, it } from 'vitest';
import { cursorOf, newestPage, turnNewer, turnOlder } from './audit-pages.ts';

it('leads to older pages and back by the way it came', () => {
  const second = turnOlder(newestPage, '90');
  const third = turnOlder(second, '40');
  expect([newestPage, second, third].map(cursorOf)).toEqual([null, '90', '40']);
  expect(cursorOf(turnNewer(third))).toBe('90');
  expect(turnNewer(turnNewer(third))).toEqual(newestPage);
});

it('stays at both ends, and when the same page is asked for twice', () => {
  expect(turnNewer(newestPage)).toEqual(newestPage);
  const last = turnOlder(newestPage, '90');
  expect(turnOlder(last, null)).toBe(last);
  expect(turnOlder(last, '90')).toBe(last);
});
