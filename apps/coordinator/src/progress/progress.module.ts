import { Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { PrismaClient } from '@starling/db';
import { every, type Logger, type Repetition } from '@starling/runtime';
import { AccessModule } from '../access/access.module.ts';
import { PrincipalResolver } from '../access/principal-resolver.ts';
import { DATABASE } from '../database/database.module.ts';
import { DatasetsModule } from '../datasets/datasets.module.ts';
import { ImportProgressBus } from '../datasets/import-progress-bus.ts';
import { FleetModule } from '../fleet/fleet.module.ts';
import { FleetService } from '../fleet/fleet.service.ts';
import { LOGGER } from '../log/log.module.ts';
import { SchedulingModule } from '../scheduling/scheduling.module.ts';
import { NoticeBoard } from '../sweeps/notice-board.ts';
import { SweepsModule } from '../sweeps/sweeps.module.ts';
import { SweepsService } from '../sweeps/sweeps.service.ts';
import { LiveGateway } from './live.gateway.ts';
import { LiveSockets } from './live-sockets.ts';

/** Milliseconds between two pictures of the fleet: heartbeats move though nothing happens. */
const fleetEveryMs = 2000;

/** What pages see move. */
@Module({
  imports: [AccessModule, DatasetsModule, FleetModule, SchedulingModule, SweepsModule],
  providers: [
    {
      provide: LiveSockets,
      inject: [DATABASE, PrincipalResolver, LOGGER, FleetService, SweepsService, ImportProgressBus],
      useFactory: (
        prisma: PrismaClient,
        resolver: PrincipalResolver,
        log: Logger,
        fleet: FleetService,
        sweeps: SweepsService,
        imports: ImportProgressBus,
      ) =>
        new LiveSockets({
          prisma,
          resolver,
          log,
          listWorkers: () => fleet.list(),
          summariseSweep: (sweepId) => sweeps.summary(sweepId),
          imports,
        }),
    },
    LiveGateway,
  ],
})
export class ProgressModule implements OnApplicationBootstrap, OnModuleDestroy {
  #picturing: Repetition | undefined;

  constructor(
    @Inject(LiveSockets) private readonly sockets: LiveSockets,
    @Inject(NoticeBoard) private readonly board: NoticeBoard,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.board.add({
      onNotice: (notice) => this.sockets.onNotice(notice),
      onCatchUp: () => this.sockets.onCatchUp(),
    });
    this.#picturing = every(fleetEveryMs, () => this.sockets.fleetChanged(), {
      onError: (error) => this.log.warn({ err: error }, 'the fleet could not be shown'),
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.sockets.close();
    await this.#picturing?.stop();
  }
}
