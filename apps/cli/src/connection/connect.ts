import { type ApiClient, createApiClient, toClientError } from '@starling/api/client';
import { AppError } from '@starling/domain';
import { type Environment, readEnvironment } from '../env.ts';
import { usageError } from '../output/describe-failure.ts';
import { projectRoot } from '../project-root.ts';
import { findCredentials } from './credentials.ts';

export interface ConnectionFlags {
  url?: string;
  token?: string;
  data?: string;
}

export interface Target {
  url: string;
  token: string;
}

export interface Connection extends Target {
  api: ApiClient;
  /** Awaits an API call and turns what it throws into an AppError with a fix. */
  call<Value>(promise: Promise<Value>): Promise<Value>;
}

/**
 * Flags, then STARLING_URL and STARLING_TOKEN, then the nearest stack on this machine: its
 * administrator's token, or the one that may do no more than a worker.
 */
export async function resolveTarget(
  flags: ConnectionFlags,
  environment: Environment = readEnvironment(),
  from: string = process.cwd(),
  kind: 'token' | 'workerToken' = 'token',
): Promise<Target> {
  const url = flags.url ?? environment.url;
  const token = flags.token ?? environment.token;
  if (url !== undefined && !/^https?:\/\/[^/]/.test(url)) {
    throw usageError('--url', 'is no http address', 'write it as http://127.0.0.1:7878', url);
  }
  if (url !== undefined && token !== undefined) return { url: url.replace(/\/$/, ''), token };
  const found = await findCredentials({ from, projectRoot, folder: flags.data });
  if (found === undefined) {
    throw new AppError(
      'inference-unavailable',
      url === undefined
        ? 'no running stack was found — start one with `starling up`, or name one with --url and --token'
        : `a token is needed for ${url} — give --token, or set STARLING_TOKEN`,
    );
  }
  // A token goes only to the address that it was made for.
  if (url !== undefined && new URL(url).origin !== new URL(found.url).origin) {
    throw usageError('--token', `is needed for ${url}`, 'give --token, or set STARLING_TOKEN');
  }
  return { url: found.url, token: token ?? found[kind] ?? found.token };
}

function isUnreachable(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error.message === 'fetch failed' || error.message.includes('ECONNREFUSED')) return true;
  }
  return false;
}

export function connectTo(target: Target): Connection {
  return {
    ...target,
    api: createApiClient(target),
    async call(promise) {
      try {
        return await promise;
      } catch (error) {
        if (isUnreachable(error)) {
          throw new AppError(
            'inference-unavailable',
            `nothing answers at ${target.url} — start the stack with \`starling up\`, or name another with --url`,
            { cause: error },
          );
        }
        throw toClientError(error);
      }
    },
  };
}

export async function connect(flags: ConnectionFlags): Promise<Connection> {
  return connectTo(await resolveTarget(flags));
}
