import { createRequire } from 'node:module';
import { Inject, Injectable } from '@nestjs/common';
import type { AuditEvent, Page, SystemPort } from '@starling/api/server';
import { listAuditEvents, type PrismaClient } from '@starling/db';
import { protocolVersion } from '@starling/protocol';
import { DATABASE } from '../database/database.module.ts';
import type { Settings } from '../env.ts';
import { SETTINGS } from '../settings/settings.module.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

@Injectable()
export class SystemService implements SystemPort {
  constructor(
    @Inject(DATABASE) private readonly prisma: PrismaClient,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async info(): ReturnType<SystemPort['info']> {
    return { version, protocolVersion, database: this.settings.databaseKind };
  }

  audit(input: { limit: number; before: string | null }): Promise<Page<AuditEvent>> {
    return listAuditEvents(this.prisma, input);
  }
}
