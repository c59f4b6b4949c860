import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createToken, hashToken, tokenPattern } from './tokens.ts';

it('makes tokens of 256 bits that differ and that the pattern finds', () => {
  const tokens = Array.from({ length: 200 }, createToken);
  expect(new Set(tokens).size).toBe(200);
  for (const token of tokens) {
    expect(Buffer.from(token.slice('stl_'.length), 'base64url')).toHaveLength(32);
    expect(`?token=${token}&x`.replace(tokenPattern, '')).toBe('?token=&x');
  }
});

it('hashes a token by sha256 in hex', () => {
  expect(hashToken('abc')).toBe(createHash('sha256').update('abc').digest('hex'));
});
