import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ApiClient, createApiClient } from '@starling/api/client';
import type { PrismaClient } from '@starling/db';
import { createTestDatabase } from '@starling/db/testing';
import { type Clock, type Role, roles } from '@starling/domain';
import { createLogger, createToken, retry, systemClock } from '@starling/runtime';
import type { RegisteredRoute } from '../access/guard-requests.ts';
import { createCoordinator } from '../create-coordinator.ts';
import type { Settings } from '../env.ts';

export interface TestCoordinator {
  /** Front door, as `http://127.0.0.1:40123`. */
  url: string;
  tokens: Readonly<Record<Role, string>>;
  app: NestFastifyApplication;
  prisma: PrismaClient;
  settings: Settings;
  routes: readonly RegisteredRoute[];
  /** Everything logged so far, as JSON lines. */
  logLines: readonly string[];
  /** A typed client that acts with a role. */
  client(role: Role): ApiClient;
  /** `fetch` of a path; with a role, that role's token is sent. Redirects are not followed. */
  fetch(path: string, init?: RequestInit & { role?: Role }): Promise<Response>;
  /** Resolves once `/health/ready` says so: the built-in data sets are there. */
  ready(): Promise<void>;
  /** Stops the app, drops its database and removes its data. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

function createTokens(): Record<Role, string> {
  const tokens = roles.map((role) => [role, createToken()] as const);
  return Object.fromEntries(tokens) as Record<Role, string>;
}

/**
 * The real coordinator in this process, on a free port, with a database and a data folder of
 * its own. Inference and dashboard point at closed ports unless `settings` names others.
 */
export async function startTestCoordinator(
  overrides: Partial<Settings> = {},
  clock: Clock = systemClock,
): Promise<TestCoordinator> {
  const database = await createTestDatabase();
  const dataFolder = await mkdtemp(join(tmpdir(), 'starling-coordinator-'));
  const tokens = createTokens();
  const settings: Settings = {
    databaseUrl: database.url,
    databaseKind: 'external',
    host: '127.0.0.1',
    port: 0,
    dataFolder,
    dashboardUrl: 'http://127.0.0.1:1',
    inferenceUrl: 'http://127.0.0.1:1',
    internalSecret: createToken(),
    bootstrapTokens: roles.map((role) => ({ token: tokens[role], name: `test ${role}`, role })),
    logLevel: 'debug',
    importHosts: [],
    trustedProxies: [],
    ...overrides,
  };
  const logLines: string[] = [];
  const logger = createLogger('coordinator', {
    level: settings.logLevel,
    format: 'json',
    write: (line) => logLines.push(line),
  });
  const { app, routes } = await createCoordinator({ settings, logger, clock });
  await app.listen(settings.port, settings.host);
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');

  async function stop(): Promise<void> {
    await app.close();
    await database.drop();
    await rm(dataFolder, { recursive: true, force: true });
  }

  return {
    url,
    tokens,
    app,
    prisma: database.prisma,
    settings,
    routes,
    logLines,
    client: (role) => createApiClient({ url, token: tokens[role] }),
    fetch(path, { role, ...init } = {}) {
      const headers = new Headers(init.headers);
      if (role !== undefined) headers.set('authorization', `Bearer ${tokens[role]}`);
      return fetch(`${url}${path}`, { redirect: 'manual', ...init, headers });
    },
    ready: () =>
      retry(
        async () => {
          const response = await fetch(`${url}/health/ready`);
          if (!response.ok) throw new Error(`not ready: ${await response.text()}`);
        },
        { attempts: 300, backoff: { initialMs: 100, maximumMs: 100 } },
      ),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
