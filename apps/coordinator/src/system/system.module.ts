import { Module } from '@nestjs/common';
import { SYSTEM_PORT } from '../api/ports.ts';
import { DatasetsModule } from '../datasets/datasets.module.ts';
import { HealthController } from './health.controller.ts';
import { Readiness } from './readiness.ts';
import { SystemService } from './system-service.ts';

@Module({
  imports: [DatasetsModule],
  controllers: [HealthController],
  providers: [Readiness, SystemService, { provide: SYSTEM_PORT, useExisting: SystemService }],
  exports: [SYSTEM_PORT],
})
export class SystemModule {}
