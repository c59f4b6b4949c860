import { describe, expect, it } from 'vitest';
import { rankMatches } from './rank-matches.ts';

const commands = [
  { id: 'a', title: 'Night sweep', detail: 'running · digits', group: 'Sweeps' },
  { id: 'b', title: 'digits', detail: '10 classes', group: 'Data sets' },
  { id: 'c', title: 'New sweep', detail: '', group: 'Pages' },
];
const ids = (query: string) => rankMatches(commands, query).map((command) => command.id);

describe('rankMatches', () => {
  it('shows all for nothing typed', () => expect(ids('  ')).toEqual(['a', 'b', 'c']));
  it('puts titles before details', () => expect(ids('digits')).toEqual(['b', 'a']));
  it('wants every word, in any order', () => expect(ids('digits night')).toEqual(['a']));
  it('finds nothing for strangers', () => expect(ids('zebra')).toEqual([]));
});
