import { createHash, randomBytes } from 'node:crypto';

/** Marks our tokens, so that scanners of leaked secrets and our own logs can tell them. */
export const tokenPrefix = 'stl_';

/** Matches a token anywhere in a text. */
export const tokenPattern = /stl_[A-Za-z0-9_-]{43}/g;

/** A new bearer token or one-time code: 256 random bits in base64url behind the prefix. */
export function createToken(): string {
  return `${tokenPrefix}${randomBytes(32).toString('base64url')}`;
}

/**
 * What is stored of a token: its sha256 in lower-case hex. A slow password hash would add
 * nothing, since 256 random bits cannot be guessed from their hash.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
