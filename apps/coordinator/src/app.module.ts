import { type DynamicModule, Module } from '@nestjs/common';
import type { Clock } from '@starling/domain';
import type { Logger } from '@starling/runtime';
import { AccessModule } from './access/access.module.ts';
import { ClockModule } from './clock/clock.module.ts';
import { DatabaseModule } from './database/database.module.ts';
import type { Settings } from './env.ts';
import { FleetModule } from './fleet/fleet.module.ts';
import { LogModule } from './log/log.module.ts';
import { ProgressModule } from './progress/progress.module.ts';
import { SchedulingModule } from './scheduling/scheduling.module.ts';
import { SettingsModule } from './settings/settings.module.ts';
import { SweepsModule } from './sweeps/sweeps.module.ts';

@Module({})
export class AppModule {
  static with(parts: { settings: Settings; logger: Logger; clock: Clock }): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.with(parts.settings),
        LogModule.with(parts.logger),
        ClockModule.with(parts.clock),
        DatabaseModule,
        AccessModule,
        SweepsModule,
        SchedulingModule,
        FleetModule,
        ProgressModule,
      ],
    };
  }
}
