import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type Connection, connect } from '@starling/db';
import type { Logger } from '@starling/runtime';
import type { Settings } from '../env.ts';
import { LOGGER } from '../log/log.module.ts';
import { SETTINGS } from '../settings/settings.module.ts';

/** Injects the `PrismaClient`: what every store takes, and what opens transactions. */
export const DATABASE = Symbol('PrismaClient');

const CONNECTION = Symbol('Connection');

/** The coordinator's one pool of connections; closed last, after everything that writes. */
@Global()
@Module({
  providers: [
    {
      provide: CONNECTION,
      inject: [SETTINGS, LOGGER],
      useFactory: (settings: Settings, logger: Logger): Connection =>
        connect(settings.databaseUrl, {
          applicationName: 'starling-coordinator',
          onConnectionError: (error) => logger.warn({ err: error }, 'a database connection broke'),
        }),
    },
    {
      provide: DATABASE,
      inject: [CONNECTION],
      useFactory: (connection: Connection) => connection.prisma,
    },
  ],
  exports: [DATABASE],
})
export class DatabaseModule implements OnApplicationShutdown {
  readonly #connection: Connection;

  constructor(@Inject(CONNECTION) connection: Connection) {
    this.#connection = connection;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#connection.close();
  }
}
