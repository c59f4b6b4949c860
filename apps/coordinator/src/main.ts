import 'reflect-metadata';
import { createLogger, createShutdown, systemClock } from '@starling/runtime';
import { createCoordinator } from './create-coordinator.ts';
import { readSettings } from './env.ts';

const settings = readSettings();
const logger = createLogger('coordinator', { level: settings.logLevel });
const shutdown = createShutdown({ log: logger });
shutdown.listen();
const { app } = await createCoordinator({ settings, logger, clock: systemClock });
shutdown.onShutdown('coordinator', () => app.close());
await app.listen(settings.port, settings.host);
logger.info({ url: await app.getUrl() }, 'listening');
