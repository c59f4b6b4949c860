import { join } from 'node:path';
import { logLevels, readEnvironment } from '@starling/runtime';
import { z } from 'zod';

const environmentSchema = z.object({
  STARLING_HOST: z.string().default('127.0.0.1'),
  STARLING_PORT: z.coerce.number().int().min(0).max(65_535).default(7880),
  /** Front door of the coordinator. */
  STARLING_URL: z.url().default('http://127.0.0.1:7878'),
  /** A token with the role worker: registry and artifacts, nothing else. */
  STARLING_TOKEN: z.string().min(1),
  STARLING_INTERNAL_SECRET: z.string().min(16),
  STARLING_DATA: z.string().default('.starling/inference'),
  STARLING_LOG_LEVEL: z.enum(logLevels).default('info'),
  /** Models kept in memory. */
  STARLING_INFERENCE_MODELS: z.coerce.number().int().min(1).max(10_000).default(64),
  /** Largest request body. */
  STARLING_INFERENCE_BODY_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(16 * 1024 * 1024),
  /** How long an alias may point at what it did before. */
  STARLING_REGISTRY_TTL_MS: z.coerce.number().int().min(0).default(1_000),
});

/** What the inference service is told at its start. */
export function readSettings(variables: NodeJS.ProcessEnv = process.env) {
  const values = readEnvironment(environmentSchema, variables);
  return {
    host: values.STARLING_HOST,
    port: values.STARLING_PORT,
    coordinator: { url: values.STARLING_URL, token: values.STARLING_TOKEN },
    secret: values.STARLING_INTERNAL_SECRET,
    artifactFolder: join(values.STARLING_DATA, 'artifacts'),
    logLevel: values.STARLING_LOG_LEVEL,
    modelCapacity: values.STARLING_INFERENCE_MODELS,
    bodyLimitBytes: values.STARLING_INFERENCE_BODY_BYTES,
    registryTtlMs: values.STARLING_REGISTRY_TTL_MS,
  };
}
