import 'reflect-metadata';
import { migrate } from '@starling/db';
import { createLogger, createShutdown, systemClock } from '@starling/runtime';
import { createCoordinator } from './create-coordinator.ts';
import { readSettings } from './env.ts';

const settings = readSettings();
const logger = createLogger('coordinator', { level: settings.logLevel });
const shutdown = createShutdown({ log: logger });
shutdown.listen();
// Safe from several coordinators at once, and nothing to do where the schema is there already.
const { applied } = await migrate(settings.databaseUrl);
if (applied.length > 0) logger.info({ applied }, 'migrated the database');
const { app } = await createCoordinator({ settings, logger, clock: systemClock });
shutdown.onShutdown('coordinator', () => app.close());
await app.listen(settings.port, settings.host);
logger.info({ url: await app.getUrl() }, 'listening');
