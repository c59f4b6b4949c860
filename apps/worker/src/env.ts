import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '@starling/domain';
import { logLevels, readEnvironment } from '@starling/runtime';
import { z } from 'zod';

const environmentSchema = z.object({
  STARLING_URL: z.url({ protocol: /^https?$/, message: 'must be an http(s) URL' }),
  STARLING_TOKEN: z.string().min(1, 'must be a token of role worker'),
  STARLING_SLOTS: z.coerce.number().int().min(1).max(1024).default(1),
  STARLING_WORKER_NAME: z.string().min(1).max(120).optional(),
  /** Folder of the cache of data sets. */
  STARLING_DATA: z.string().min(1).default('.starling/worker'),
  /** Most bytes of cached data sets on disk. */
  STARLING_CACHE_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(20 * 1024 ** 3),
  /** Seconds for a drain; then the process ends and its leases lapse. */
  STARLING_DRAIN_SECONDS: z.coerce.number().positive().default(25),
  /** Port of health and metrics on 127.0.0.1; absent: none. */
  STARLING_WORKER_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  STARLING_LOG_LEVEL: z.enum(logLevels).default('info'),
});

export interface WorkerSettings {
  url: string;
  token: string;
  slots: number;
  name: string;
  cacheFolder: string;
  cacheBytes: number;
  drainMs: number;
  healthPort: number | null;
  logLevel: (typeof logLevels)[number];
}

const flags = {
  url: 'STARLING_URL',
  token: 'STARLING_TOKEN',
  slots: 'STARLING_SLOTS',
  name: 'STARLING_WORKER_NAME',
  data: 'STARLING_DATA',
  port: 'STARLING_WORKER_PORT',
} as const;

function readFlags(args: readonly string[]): Record<string, string> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: Object.fromEntries(Object.keys(flags).map((flag) => [flag, { type: 'string' }])),
    });
    return Object.fromEntries(
      Object.entries(values).map(([flag, value]) => [
        flags[flag as keyof typeof flags],
        `${value}`,
      ]),
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const known = Object.keys(flags).map((flag) => `--${flag}`);
    throw new AppError('invalid-input', `${message}; known flags are ${known.join(', ')}`);
  }
}

/**
 * Settings of a worker process from its environment, which flags of the same meaning
 * override. Throws `invalid-input` naming every variable that is wrong.
 */
export function readSettings(
  args: readonly string[] = process.argv.slice(2),
  environment: Record<string, string | undefined> = process.env,
): WorkerSettings {
  const values = readEnvironment(environmentSchema, { ...environment, ...readFlags(args) });
  return {
    url: values.STARLING_URL,
    token: values.STARLING_TOKEN,
    slots: values.STARLING_SLOTS,
    name: values.STARLING_WORKER_NAME ?? hostname(),
    cacheFolder: join(values.STARLING_DATA, 'datasets'),
    cacheBytes: values.STARLING_CACHE_BYTES,
    drainMs: values.STARLING_DRAIN_SECONDS * 1000,
    healthPort: values.STARLING_WORKER_PORT ?? null,
    logLevel: values.STARLING_LOG_LEVEL,
  };
}
