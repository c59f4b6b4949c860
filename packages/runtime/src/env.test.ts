import { expect, it } from 'vitest';
import { z } from 'zod';
import { readEnvironment } from './env.ts';

const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(7878),
  DATABASE_URL: z.url({ protocol: /^postgresql$/ }).optional(),
  DEBUG: z.stringbool().default(false),
});

it('reads text as what the schema says, and nothing as absent', () => {
  expect(readEnvironment(schema, { PORT: '8080', DEBUG: 'true', DATABASE_URL: ' ' })).toEqual({
    PORT: 8080,
    DEBUG: true,
  });
});

it('names every variable that is wrong, and shows no secret', () => {
  const wrong = { PORT: '0', DATABASE_URL: 'me:hunter2@db', DEBUG: 'perhaps' };
  const read = () => readEnvironment(schema, wrong);
  expect(read).toThrow(/PORT: .*\(got "0"\)/);
  expect(read).toThrow(/DEBUG: .*use one of true/);
  expect(read).toThrow(/DATABASE_URL: .*set the environment variable DATABASE_URL/);
  expect(read).not.toThrow(/hunter2/);
});
