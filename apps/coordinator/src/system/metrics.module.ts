import { Global, Module } from '@nestjs/common';
import { createMetrics } from '@starling/runtime';

/** Injects the coordinator's `Metrics`; each capability adds its own. */
export const METRICS = Symbol('Metrics');

@Global()
@Module({
  providers: [{ provide: METRICS, useFactory: () => createMetrics('coordinator') }],
  exports: [METRICS],
})
export class MetricsModule {}
