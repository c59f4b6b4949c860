import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convertSequences } from './convert-sequences.ts';
import { createScratchDirectory } from './scratch-directory.ts';

describe('converting sequences to JSON Lines', () => {
  test.each([
    [
      'lists side by side',
      { ids: [7, 8], labels: [1, 0], seqs: [[[3, 4], [5]], []] },
      ['{"id":7,"label":1,"visits":[[3,4],[5]]}', '{"id":8,"label":0,"visits":[]}'],
    ],
    [
      'a list of patients',
      { codes: ['a', 'b'], patients: [{ id: 'p', death: 1, seq: [[1, 0]] }] },
      ['{"id":"p","label":1,"visits":[["b","a"]]}'],
    ],
  ])('reads %s', async (_, content, lines) => {
    await using scratch = await createScratchDirectory();
    const from = await scratch.write('in.json', JSON.stringify(content));
    const to = join(scratch.path, 'out.jsonl');
    expect(await convertSequences(from, to)).toEqual({ patients: lines.length });
    expect(await readFile(to, 'utf8')).toBe(lines.map((line) => `${line}\n`).join(''));
  });

  test('refuses any other form', async () => {
    await using scratch = await createScratchDirectory();
    const from = await scratch.write('in.json', '{"patients":[]}');
    await expect(convertSequences(from, join(scratch.path, 'out'))).rejects.toThrow('neither');
  });
});
