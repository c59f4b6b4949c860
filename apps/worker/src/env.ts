import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '@starling/domain';
import { logLevels, readEnvironment } from '@starling/runtime';
import { z } from 'zod';

/**
 * What a worker can train with: our kernels on the processor, or tfjs, fused in packs, on a CUDA
 * card, on libtensorflow or in plain JavaScript.
 */
export const engineChoices = ['kernels', 'tfjs-gpu', 'tfjs-node', 'tfjs-cpu'] as const;
export type EngineChoice = (typeof engineChoices)[number];

const environmentSchema = z.object({
  STARLING_URL: z.url({ protocol: /^https?$/, message: 'must be an http(s) URL' }),
  STARLING_TOKEN: z.string().min(1, 'must be a token of role worker'),
  STARLING_ENGINE: z.enum(engineChoices).default('kernels'),
  /** Folder in whose `node_modules` tfjs-node or tfjs-node-gpu lies. */
  STARLING_TFJS_NODE: z.string().min(1).optional(),
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
  // Read by the kernels themselves; a wrong one is refused before anything trains.
  STARLING_KERNELS: z.enum(['auto', 'plain', 'relaxed']).optional(),
  STARLING_VECTORS: z.enum(['auto', '128']).optional(),
});

export interface WorkerSettings {
  url: string;
  token: string;
  engine: EngineChoice;
  /** Where the engine's package lies; null: where it is usually put. */
  tfjsFolder: string | null;
  slots: number;
  name: string;
  cacheFolder: string;
  /** Where measurements of this machine are kept. */
  probeFolder: string;
  cacheBytes: number;
  drainMs: number;
  healthPort: number | null;
  logLevel: (typeof logLevels)[number];
}

const flags = {
  url: 'STARLING_URL',
  token: 'STARLING_TOKEN',
  engine: 'STARLING_ENGINE',
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
    engine: values.STARLING_ENGINE,
    tfjsFolder: values.STARLING_TFJS_NODE ?? null,
    slots: values.STARLING_SLOTS,
    name: values.STARLING_WORKER_NAME ?? hostname(),
    cacheFolder: join(values.STARLING_DATA, 'datasets'),
    probeFolder: values.STARLING_DATA,
    cacheBytes: values.STARLING_CACHE_BYTES,
    drainMs: values.STARLING_DRAIN_SECONDS * 1000,
    healthPort: values.STARLING_WORKER_PORT ?? null,
    logLevel: values.STARLING_LOG_LEVEL,
  };
}

const packProcessSchema = z.object({
  STARLING_PACK_BACKEND: z.enum(['node-gpu', 'node', 'cpu']),
  STARLING_PACK_FOLDER: z.string().min(1).optional(),
  STARLING_PACK_MEMORY_SHARE: z.coerce.number().positive().max(1).default(1),
});

/** What a process that trains packs is told by its worker. */
export interface PackProcessSettings {
  backend: 'node-gpu' | 'node' | 'cpu';
  /** Where the backend's package lies; null: where it is usually put. */
  path: string | null;
  /** Of the free memory, where several processes train on one card. */
  shareOfMemory: number;
  /** The card to train on, where there are several. */
  device?: number;
  /** Of the processor, for one op; TensorFlow's own choice, all cores, where it is absent. */
  threads?: number;
}

/** The environment of such a process: the worker's without its token, and what it is told. */
export function packProcessEnvironment(settings: PackProcessSettings): NodeJS.ProcessEnv {
  const { STARLING_TOKEN: _token, ...inherited } = process.env;
  return {
    // By itself TensorFlow takes all of a card's memory at once, from its neighbours too.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...(settings.device !== undefined && { CUDA_VISIBLE_DEVICES: String(settings.device) }),
    ...(settings.threads !== undefined && { TF_NUM_INTRAOP_THREADS: String(settings.threads) }),
    ...inherited,
    STARLING_PACK_BACKEND: settings.backend,
    STARLING_PACK_FOLDER: settings.path ?? '',
    STARLING_PACK_MEMORY_SHARE: String(settings.shareOfMemory),
  };
}

/** What `packProcessEnvironment` wrote. */
export function readPackProcessSettings(
  environment: Record<string, string | undefined> = process.env,
): PackProcessSettings {
  const values = readEnvironment(packProcessSchema, environment);
  return {
    backend: values.STARLING_PACK_BACKEND,
    path: values.STARLING_PACK_FOLDER ?? null,
    shareOfMemory: values.STARLING_PACK_MEMORY_SHARE,
  };
}
