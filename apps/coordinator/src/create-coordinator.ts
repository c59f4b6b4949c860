import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Clock } from '@starling/domain';
import type { Logger, Metrics } from '@starling/runtime';
import { LogController } from 'fastify';
import { guardRequests, type RegisteredRoute } from './access/guard-requests.ts';
import { PrincipalResolver } from './access/principal-resolver.ts';
import { addSecurityHeaders } from './access/security-headers.ts';
import { AppModule } from './app.module.ts';
import type { Settings } from './env.ts';
import { ErrorFilter } from './errors/error-filter.ts';
import { createNestLogger } from './log/nest-logger.ts';
import { closeStrangers } from './sockets/close-strangers.ts';
import { SocketAdapter } from './sockets/socket-adapter.ts';
import { METRICS } from './system/metrics.module.ts';
import { observeRequests } from './system/observe-requests.ts';

export interface CoordinatorParts {
  settings: Settings;
  logger: Logger;
  clock: Clock;
}

export interface Coordinator {
  app: NestFastifyApplication;
  /** Every HTTP route, as registered. */
  routes: readonly RegisteredRoute[];
}

/** Largest body of a route that sets no limit of its own, in bytes (1 MiB). */
const bodyLimit = 1024 ** 2;

/** The whole coordinator, initialised and not yet listening. */
export async function createCoordinator(parts: CoordinatorParts): Promise<Coordinator> {
  const { trustedProxies } = parts.settings;
  const adapter = new FastifyAdapter({
    loggerInstance: parts.logger,
    // Paths hold secrets (login links): access lines are written by route pattern instead.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // A tRPC batch names all its procedures in one path segment.
    routerOptions: { maxParamLength: 4000 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), adapter, {
    logger: createNestLogger(parts.logger),
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  // First, so that refusals carry them too.
  await addSecurityHeaders(fastify);
  const routes = guardRequests(fastify, () => app.get(PrincipalResolver, { strict: false }));
  observeRequests(fastify, app.get<Metrics>(METRICS, { strict: false }));
  app.useGlobalFilters(new ErrorFilter());
  const sockets = new SocketAdapter(app);
  app.useWebSocketAdapter(sockets);
  await app.init();
  const checking = closeStrangers({
    house: () => sockets.server,
    resolver: app.get(PrincipalResolver, { strict: false }),
    logger: parts.logger,
  });
  fastify.addHook('preClose', () => checking.stop());
  return { app, routes };
}
