import { z } from 'zod';

/** Prefixes of ids; the rest is 26 characters of Crockford base 32, ordered by time. */
export const idPrefixes = {
  sweep: 'swp',
  trial: 'trl',
  pack: 'pck',
  worker: 'wrk',
  model: 'mdl',
  version: 'ver',
  dataset: 'dst',
  token: 'tok',
  request: 'req',
  verdict: 'vrd',
} as const;
export type IdKind = keyof typeof idPrefixes;

const BODY = '[0-9a-hjkmnp-tv-z]{26}';

function idSchema<Kind extends IdKind>(kind: Kind) {
  return z
    .string()
    .regex(
      new RegExp(`^${idPrefixes[kind]}_${BODY}$`),
      `must be a ${kind} id like ${idPrefixes[kind]}_…`,
    )
    .brand<Kind>();
}

export const sweepIdSchema = idSchema('sweep');
export type SweepId = z.infer<typeof sweepIdSchema>;
export const trialIdSchema = idSchema('trial');
export type TrialId = z.infer<typeof trialIdSchema>;
export const packIdSchema = idSchema('pack');
export type PackId = z.infer<typeof packIdSchema>;
export const workerIdSchema = idSchema('worker');
export type WorkerId = z.infer<typeof workerIdSchema>;
export const modelIdSchema = idSchema('model');
export type ModelId = z.infer<typeof modelIdSchema>;
export const versionIdSchema = idSchema('version');
export type VersionId = z.infer<typeof versionIdSchema>;
export const datasetIdSchema = idSchema('dataset');
export type DatasetId = z.infer<typeof datasetIdSchema>;
export const tokenIdSchema = idSchema('token');
export type TokenId = z.infer<typeof tokenIdSchema>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A prefixed, time-ordered id: 48 bits of time, then 80 random bits (ULID layout).
 * `nowMs` comes from a Clock, `randomBytes` (10 of them) from a secure source.
 */
export function formatId(kind: IdKind, nowMs: number, randomBytes: Uint8Array): string {
  if (randomBytes.length !== 10) throw new RangeError('an id needs 10 random bytes');
  let time = nowMs;
  let head = '';
  for (let index = 0; index < 10; index++) {
    head = ALPHABET.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  let tail = '';
  let bits = 0;
  let held = 0;
  for (const byte of randomBytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += ALPHABET.charAt((held >>> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return `${idPrefixes[kind]}_${head}${tail}`;
}
