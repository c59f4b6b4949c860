import { AppError, type Model, modelSchema, parseInput } from '@starling/domain';
import { z } from 'zod';
import type { ArtifactSource } from './artifact-cache.ts';
import type { ModelSource } from './registry.ts';

const registrySchema = z.union([
  z.array(modelSchema),
  z.object({ models: z.array(modelSchema) }).transform((answer) => answer.models),
]);

/**
 * The bytes of an answer. `fetch` cancels the body of an answer that was garbage-collected
 * before anyone read it, and what was cancelled reads as empty: so this holds the answer, not
 * its body alone.
 */
async function* bytesOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body !== null) yield* response.body;
}

/** Reads registry and artifacts from the coordinator's routes for workers. */
export function createCoordinatorClient(options: {
  /** Front door, as `http://127.0.0.1:7878`. */
  url: string;
  /** A token with the role `worker`. */
  token: string;
  timeoutMs?: number;
}): ModelSource & ArtifactSource {
  const base = options.url.replace(/\/$/, '');

  async function get(path: string, timeoutMs: number): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, {
        headers: { authorization: `Bearer ${options.token}` },
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      throw new AppError('inference-unavailable', `the coordinator at ${base} does not answer`, {
        cause: error,
      });
    }
    if (response.ok) return response;
    await response.body?.cancel();
    throw new AppError(
      response.status === 404 ? 'not-found' : 'inference-unavailable',
      `the coordinator answered ${response.status} to ${path}`,
    );
  }

  return {
    async listModels(): Promise<Model[]> {
      const response = await get('/registry/models', options.timeoutMs ?? 5_000);
      return parseInput(registrySchema, await response.json());
    },
    async fetchArtifact(sha256) {
      const response = await get(`/artifacts/${sha256}`, 10 * 60_000);
      if (response.body === null) {
        throw new AppError('inference-unavailable', `the artifact ${sha256} came without a body`);
      }
      return bytesOf(response);
    },
  };
}
