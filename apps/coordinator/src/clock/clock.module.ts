import { type DynamicModule, Module } from '@nestjs/common';
import type { Clock } from '@starling/domain';

/** Injects `Clock`. */
export const CLOCK = Symbol('Clock');

@Module({})
export class ClockModule {
  static with(clock: Clock): DynamicModule {
    return {
      module: ClockModule,
      global: true,
      providers: [{ provide: CLOCK, useValue: clock }],
      exports: [CLOCK],
    };
  }
}
