import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBlocks } from './read-blocks.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'starling-text-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Reads line by line with blocks of a few bytes, and gives the lines back. */
async function readLines(content: Uint8Array, blockBytes = 7): Promise<string[]> {
  const path = join(directory, 'file.txt');
  await writeFile(path, content);
  const lines: string[] = [];
  await readBlocks({ path, name: 'f.csv' }, { blockBytes }, ({ bytes, from, to, isFinal }) => {
    let position = from;
    while (position < to) {
      const end = bytes.indexOf(0x0a, position);
      if (end >= to && !isFinal) break;
      lines.push(bytes.toString('utf8', position, end));
      position = end + 1;
    }
    return Math.min(position, to);
  });
  return lines;
}

describe('reading text in blocks', () => {
  test('gives every line once, however long and wherever blocks are cut', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => {
      return ['\n', '\u0000', '\uFEFF'].reduce((rest, mark) => rest.replaceAll(mark, 'x'), text);
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1 }),
        fc.integer({ min: 1, max: 40 }),
        async (lines, blockBytes) => {
          const content = Buffer.from(lines.map((text) => `${text}\n`).join(''));
          fc.pre(content[0] !== 0x50 && content[0] !== 0x1f);
          expect(await readLines(content, blockBytes)).toEqual(lines);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('leaves the byte order mark out', async () => {
    expect(await readLines(Buffer.from('\uFEFFab\ncd'))).toEqual(['ab', 'cd']);
  });

  const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
  test.each([
    ['Windows-1252', latin('abc,d\nJos\u00e9,1\n'), /byte 9: is not valid UTF-8 \(got 0xE9, "é"/],
    ['an overlong form', Buffer.from([0x61, 0x0a, 0xc0, 0xaf, 0x0a]), /byte 2: is not valid UTF-8/],
    ['a surrogate', Buffer.from([0x61, 0xed, 0xa0, 0x80, 0x62]), /byte 1: is not valid UTF-8/],
    ['a character cut at the end', Buffer.from([0x61, 0xe2, 0x82]), /byte 1: is not valid UTF-8/],
    ['UTF-16 with a mark', Buffer.from('\uFEFFa,b\n', 'utf16le'), /byte 0: is UTF-16 \(little/],
    ['UTF-16 big-endian', Buffer.from([0xfe, 0xff, 0, 0x61]), /byte 0: is UTF-16 \(big/],
    ['UTF-16 without a mark', Buffer.from('a,b\n', 'utf16le'), /byte 1: holds a zero byte/],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), /is compressed \(gzip\)/],
    ['a workbook', Buffer.from('PK\u0003\u0004'), /Excel workbook/],
  ])('refuses %s with the place', async (_, content, message) => {
    for (const blockBytes of [4, 5, 6, 7, 8, 4096]) {
      await expect(readLines(content, blockBytes)).rejects.toThrow(message);
    }
  });

  test('names a file that is not there', async () => {
    const source = { path: join(directory, 'none'), name: 'gone.csv' };
    const reading = readBlocks(source, {}, ({ to }) => to);
    await expect(reading).rejects.toThrow('gone.csv: the file cannot be opened');
  });

  test('stops when it is aborted', async () => {
    const path = join(directory, 'long.txt');
    await writeFile(path, 'x\n'.repeat(1000));
    const abort = new AbortController();
    const reading = readBlocks(
      { path, name: 'long' },
      { blockBytes: 16, signal: abort.signal, onBytes: () => abort.abort() },
      ({ to }) => to,
    );
    await expect(reading).rejects.toThrow(/aborted/);
  });
});
