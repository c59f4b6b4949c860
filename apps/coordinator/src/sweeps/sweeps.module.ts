import { Module } from '@nestjs/common';
import { SWEEPS_PORT, TRIALS_PORT } from '../api/ports.ts';
import { Scheduler } from '../scheduling/scheduler.ts';
import { SchedulingModule } from '../scheduling/scheduling.module.ts';
import { SweepsService } from './sweeps.service.ts';
import { TrialsService } from './trials.service.ts';

/** Sweeps and their trials, as people command and read them. */
@Module({
  imports: [SchedulingModule],
  providers: [
    {
      provide: SweepsService,
      inject: [Scheduler],
      useFactory: (scheduler: Scheduler) => new SweepsService(scheduler.parts),
    },
    {
      provide: TrialsService,
      inject: [Scheduler],
      useFactory: (scheduler: Scheduler) => new TrialsService(scheduler.parts),
    },
    { provide: SWEEPS_PORT, useExisting: SweepsService },
    { provide: TRIALS_PORT, useExisting: TrialsService },
  ],
  exports: [SWEEPS_PORT, TRIALS_PORT, SweepsService],
})
export class SweepsModule {}
